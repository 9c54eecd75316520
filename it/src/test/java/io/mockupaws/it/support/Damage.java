package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;

/** An object of a repository made bad for a while, and made good again, its times included. */
public final class Damage {

  /** The ways in which an object goes bad. */
  public enum Kind {
    /** One bit in its middle is another. */
    FLIPPED,
    /** Its second half is gone. */
    TRUNCATED,
    /** It is gone. */
    MISSING
  }

  private Damage() {}

  /** Runs the test while the object is bad. */
  public static void during(Path object, Kind kind, Runnable test) {
    switch (kind) {
      case FLIPPED -> during(object, flipped(read(object)), test);
      case TRUNCATED -> during(object, Arrays.copyOf(read(object), halfOf(object)), test);
      case MISSING -> withoutIt(object, test);
    }
  }

  /** Runs the test while the object has another content, for example one of a later version. */
  public static void during(Path object, byte[] content, Runnable test) {
    byte[] good = read(object);
    FileTime modified = modified(object);
    try {
      write(object, content);
      test.run();
    } finally {
      write(object, good);
      modified(object, modified);
    }
  }

  private static void withoutIt(Path object, Runnable test) {
    Path aside =
        Path.of(System.getProperty("java.io.tmpdir"), "mockupaws-it-aside-" + object.hashCode());
    move(object, aside);
    try {
      test.run();
    } finally {
      move(aside, object);
    }
  }

  private static int halfOf(Path object) {
    return read(object).length / 2;
  }

  private static byte[] read(Path object) {
    try {
      return Files.readAllBytes(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In place, so that owner and rights stay; as root this works on read-only objects too. */
  private static void write(Path object, byte[] content) {
    try {
      Files.write(object, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime modified(Path object) {
    try {
      return Files.getLastModifiedTime(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void modified(Path object, FileTime time) {
    try {
      Files.setLastModifiedTime(object, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] flipped(byte[] content) {
    byte[] bad = content.clone();
    bad[bad.length / 2] ^= 1;
    return bad;
  }
}
