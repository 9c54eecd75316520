package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server is, as it stood when it was asked.
 *
 * @param version {@code server_version_num}, for example 150018
 * @param systemIdentifier 64 bits, unsigned
 * @param timeline the timeline it writes, or on a standby that of its last restartpoint
 * @param walSegmentSize bytes
 * @param blockSize bytes a page
 * @param blocksPerFile pages a file of a relation holds before the next is begun
 * @param catalogVersion as in the names of tablespaces' directories
 * @param dataDirectory absolute path on the server's host
 * @param directoryMode permission bits of the data directory, 0700 or 0750
 * @param dataChecksums whether pages carry checksums
 * @param inRecovery whether it is a standby or still recovering
 * @param encoding of the database of the address
 * @param timeZone the server's, for showing times
 * @param postmasterStarted tells two runs, and two servers of one system identifier, apart
 * @param settings what a restore and the checks of init look at, by name
 */
public record ServerFacts(
    int version,
    long systemIdentifier,
    Timeline timeline,
    int walSegmentSize,
    int blockSize,
    int blocksPerFile,
    int catalogVersion,
    String dataDirectory,
    int directoryMode,
    boolean dataChecksums,
    boolean inRecovery,
    String encoding,
    String timeZone,
    Instant postmasterStarted,
    Map<String, String> settings,
    List<Tablespace> tablespaces) {
  public static final int OLDEST_MAJOR = 15;
  public static final int NEWEST_MAJOR = 18;

  public ServerFacts {
    requireNonNull(timeline, "timeline is null");
    settings = Map.copyOf(settings);
    tablespaces = List.copyOf(tablespaces);
  }

  /**
   * Asks the server.
   *
   * @throws Failure SERVER_VERSION for one that is not 15 to 18; SERVER_RIGHTS when the role may
   *     not see the settings
   */
  public static ServerFacts read(ServerSession session) {
    return new FactsReader(session).read();
  }

  public int major() {
    return version / 10000;
  }

  /** A setting; empty when this version has none of that name or its value is empty. */
  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(name)).filter(value -> !value.isEmpty());
  }

  /** The directory inside a tablespace that is this version's, for example PG_15_202209061. */
  public String tablespaceDirectory() {
    return "PG_" + major() + "_" + catalogVersion;
  }

  /** Whether a path lies in the data directory. */
  public boolean isInDataDirectory(String absolutePath) {
    return absolutePath.startsWith(
        dataDirectory.endsWith("/") ? dataDirectory : dataDirectory + "/");
  }

  /** Whether one of the main configuration files lies outside the data directory, as Debian's. */
  public boolean hasExternalConfiguration() {
    return List.of("config_file", "hba_file", "ident_file").stream()
        .anyMatch(name -> setting(name).filter(path -> !isInDataDirectory(path)).isPresent());
  }
}
