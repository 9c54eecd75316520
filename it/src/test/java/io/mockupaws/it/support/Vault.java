package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.s3.EmbeddedS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A place for a repository and its key: a private directory, or a bucket of an S3 server. */
public final class Vault implements AutoCloseable {

  private static final String BUCKET = "mockupaws-it";

  private final Path folder;
  private final Optional<EmbeddedS3> s3;
  private final String key = newKey();

  private Vault(Path folder, Optional<EmbeddedS3> s3) {
    this.folder = folder;
    this.s3 = s3;
  }

  /** A directory of that user's, which nobody else can enter. */
  public static Vault directory(HostUser owner) {
    Path folder = privateFolder();
    owner.own(folder);
    return new Vault(folder, Optional.empty());
  }

  /** A bucket; every user who has its keys can use it. */
  public static Vault bucket() {
    Path folder = privateFolder();
    EmbeddedS3 server = EmbeddedS3.start(folder);
    server.createBucket(BUCKET);
    return new Vault(folder, Optional.of(server));
  }

  /** A raw key as {@code openssl rand -base64 32} makes it. */
  public static String newKey() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** All that is needed to read the repository. */
  public Map<String, String> environment() {
    Map<String, String> environment =
        new LinkedHashMap<>(s3.map(EmbeddedS3::environment).orElse(Map.of()));
    environment.put(
        "BACKUP_REPOSITORY", s3.isPresent() ? "s3://" + BUCKET + "/prod" : "file://" + folder);
    environment.put("BACKUP_ENCRYPTION_KEY", key);
    return environment;
  }

  /** Where the repository's objects lie as files. */
  public Path objects() {
    return s3.isPresent() ? folder.resolve(BUCKET).resolve("prod") : folder;
  }

  /** From here on nothing answers at the bucket's address. */
  public void vanish() {
    s3.orElseThrow().close();
  }

  public Listing listing() {
    return Listing.of(folder);
  }

  /** The disk is carried to another host, where another user owns it. */
  public void giveTo(HostUser owner) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.forEach(
          path -> {
            try {
              Files.setAttribute(path, "unix:uid", owner.uid());
              Files.setAttribute(path, "unix:gid", owner.gid());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    s3.ifPresent(EmbeddedS3::close);
    FileTrees.delete(folder);
  }

  private static Path privateFolder() {
    try {
      Path folder = Files.createTempDirectory("mockupaws-it-vault-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
