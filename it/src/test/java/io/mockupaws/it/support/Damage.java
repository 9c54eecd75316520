package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;

/** An object of a repository made bad, and made good again when closed, times included. */
public final class Damage implements AutoCloseable {

  /** The ways in which an object goes bad. */
  public enum Kind {
    /** One bit in its middle is another. */
    FLIPPED,
    /** Its second half is gone. */
    TRUNCATED,
    /** It is gone. */
    MISSING
  }

  private final Path object;
  private final byte[] content;
  private final FileTime modified;

  private Damage(Path object, byte[] content, FileTime modified) {
    this.object = object;
    this.content = content;
    this.modified = modified;
  }

  public static Damage of(Path object, Kind kind) {
    try {
      byte[] content = Files.readAllBytes(object);
      Damage damage = new Damage(object, content, Files.getLastModifiedTime(object));
      switch (kind) {
        case FLIPPED -> damage.write(flipped(content));
        case TRUNCATED -> damage.write(Arrays.copyOf(content, content.length / 2));
        case MISSING -> Files.delete(object);
      }
      return damage;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another content, for example one of a later version. */
  public static Damage replaced(Path object, byte[] content) {
    try {
      Damage damage =
          new Damage(object, Files.readAllBytes(object), Files.getLastModifiedTime(object));
      damage.write(content);
      return damage;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      write(content);
      Files.setLastModifiedTime(object, modified);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In place, so that owner and rights stay; as root this works on read-only objects too. */
  private void write(byte[] bytes) throws IOException {
    Files.write(object, bytes);
  }

  private static byte[] flipped(byte[] content) {
    byte[] bad = content.clone();
    bad[bad.length / 2] ^= 1;
    return bad;
  }
}
