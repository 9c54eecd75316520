package io.mockupaws.app.config;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line says of the configuration.
 *
 * @param file from {@code --config}
 * @param cluster from {@code --cluster}
 * @param repository from {@code --repository}
 * @param noEncryption from {@code --no-encryption}
 * @param maxRate from {@code --max-rate}
 * @param needs what the command cannot do without
 */
public record ConfigRequest(
    Optional<Path> file,
    Optional<String> cluster,
    Optional<String> repository,
    boolean noEncryption,
    Optional<Rate> maxRate,
    Set<Need> needs) {
  public ConfigRequest {
    needs = Set.copyOf(needs);
  }

  /** For a command with needs and no flags. */
  public static ConfigRequest of(Need first, Need... more) {
    return new ConfigRequest(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        EnumSet.of(first, more));
  }
}
