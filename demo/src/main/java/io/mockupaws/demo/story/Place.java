package io.mockupaws.demo.story;

import io.mockupaws.demo.s3.EmbeddedS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where the repository lies.
 *
 * @param address as {@code BACKUP_REPOSITORY} has it
 * @param access what else the environment needs to get there
 * @param files where its bytes end up on this host, to be counted
 */
record Place(String address, Map<String, String> access, Path files) {

  private static final String BUCKET = "mockupaws-demo";

  static Place directory(Workplace workplace) {
    Path folder = workplace.privateFolder("repository");
    return new Place(folder.toUri().toString().replaceAll("/$", ""), Map.of(), folder);
  }

  static Place bucket(Workplace workplace) {
    Path folder = workplace.privateFolder("s3");
    EmbeddedS3 server = EmbeddedS3.start(folder);
    workplace.atEnd(server::close);
    server.createBucket(BUCKET);
    return new Place("s3://" + BUCKET + "/shop", server.environment(), folder);
  }

  /** All an operator keeps: the address, and the key. */
  Map<String, String> environment(String key) {
    Map<String, String> environment = new LinkedHashMap<>(access);
    environment.put("BACKUP_REPOSITORY", address);
    environment.put("BACKUP_ENCRYPTION_KEY", key);
    return environment;
  }

  /** What lies in the repository under paths that contain this text, in bytes. */
  long bytes(String part) {
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(path -> path.toString().contains(part))
          .filter(Files::isRegularFile)
          .mapToLong(path -> path.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
