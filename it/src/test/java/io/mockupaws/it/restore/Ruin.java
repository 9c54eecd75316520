package io.mockupaws.it.restore;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A data directory made bad in every way that a restore over it has to find. */
final class Ruin {
  private static final int PAGE = 8192;

  private final Path directory;
  private final Path outside;
  private final Random random;

  private Ruin(Path directory, Path outside, long seed) {
    this.directory = directory;
    this.outside = outside;
    this.random = new Random(seed);
  }

  /**
   * Does it.
   *
   * @param outside a directory that links will lead to; nothing in it may change
   */
  static void of(Path directory, Path outside, long seed) throws IOException {
    Ruin ruin = new Ruin(directory, outside, seed);
    List<Path> files = ruin.relations();
    for (int i = 0; i < 40; i++) {
      ruin.page(files.get(ruin.random.nextInt(files.size())));
    }
    ruin.sizes(files);
    ruin.kinds(files);
    ruin.links();
  }

  private List<Path> relations() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("base"))) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches("[0-9]+"))
          .filter(file -> file.toFile().length() >= PAGE)
          .sorted()
          .toList();
    }
  }

  /** Another page under the same size and time. */
  private void page(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] garbage = new byte[PAGE];
      random.nextBytes(garbage);
      open.seek(random.nextLong(open.length() / PAGE) * PAGE);
      open.write(garbage);
    }
    Files.setLastModifiedTime(file, time);
  }

  private void sizes(List<Path> files) throws IOException {
    Files.write(files.get(1), new byte[PAGE], StandardOpenOption.APPEND);
    Files.write(files.get(2), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    Files.delete(files.get(3));
    Files.write(directory.resolve("base").resolve("99999999"), new byte[PAGE]);
    Path database = directory.resolve("base/77777/");
    Files.createDirectories(database);
    Files.write(database.resolve("1"), new byte[3 * PAGE]);
  }

  private void kinds(List<Path> files) throws IOException {
    Files.delete(files.get(4));
    Files.createDirectory(files.get(4));
    Files.write(files.get(4).resolve("inside"), new byte[1]);
    Files.delete(directory.resolve("global/pg_control"));
    byte[] torn = new byte[PAGE];
    Arrays.fill(torn, (byte) 0x55);
    Files.write(directory.resolve("global/pg_control"), torn);
  }

  /** To a file, to a directory, from where a directory should be, and hard ones. */
  private void links() throws IOException {
    Path xact = directory.resolve("pg_xact");
    Files.move(xact, outside.resolve("pg_xact"));
    Files.createSymbolicLink(xact, outside.resolve("pg_xact"));
    Path version = directory.resolve("PG_VERSION");
    Files.move(version, outside.resolve("PG_VERSION.outside"));
    Files.createSymbolicLink(version, outside.resolve("PG_VERSION.outside"));
    Files.createSymbolicLink(directory.resolve("base/88888"), outside);
    Files.createLink(outside.resolve("shared"), directory.resolve("pg_hba.conf"));
  }
}
