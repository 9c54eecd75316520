package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The programs of one PostgreSQL version.
 *
 * @param major 15 to 18
 * @param folder where {@code postgres}, {@code initdb} and {@code pg_ctl} lie
 */
public record PostgresBinaries(int major, Path folder) {

  private static final String ARCHIVE = "postgres-linux-x86_64.txz";

  /**
   * The binaries that come with this program: unpacked once for each user and version, into a
   * folder that every user of the host can read, since as root the server runs as another one.
   *
   * @throws PostgresFailure when there are none for this version or machine
   */
  public static PostgresBinaries embedded(int major) {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!machine.equals("Linux amd64")) {
      throw new PostgresFailure("the embedded PostgreSQL is for Linux amd64, this is " + machine);
    }
    String version = versions().getProperty(Integer.toString(major));
    if (version == null) {
      throw new PostgresFailure("there is no embedded PostgreSQL " + major);
    }
    Path cache =
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("mockupaws-pg-" + version + "-" + HostUser.current().uid());
    try {
      UnpackedOnce.unpack(() -> resource(version + "/" + ARCHIVE), cache);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PostgresBinaries(major, cache.resolve("bin"));
  }

  /** Binaries of this host, for example in {@code /usr/lib/postgresql/15/bin}. */
  public static PostgresBinaries at(int major, Path folder) {
    PostgresBinaries binaries = new PostgresBinaries(major, folder);
    if (!Files.isExecutable(binaries.program("postgres"))) {
      throw new PostgresFailure("there is no PostgreSQL in " + folder);
    }
    return binaries;
  }

  /** The program's path, whether it is there or not. */
  public Path program(String name) {
    return folder.resolve(name);
  }

  private static Properties versions() {
    Properties versions = new Properties();
    try (InputStream in = resource("binaries.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = PostgresBinaries.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("not on the class path: " + name);
    }
    return in;
  }
}
