package io.mockupaws.engine.backup;

import io.mockupaws.store.Throttle;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads no more from the server than a rate allows, all workers together. */
final class PacedSource implements FileSource {
  private final FileSource source;
  private final Throttle throttle;

  PacedSource(FileSource source, Throttle throttle) {
    this.source = source;
    this.throttle = throttle;
  }

  @Override
  public ReadMode mode() {
    return source.mode();
  }

  @Override
  public Listing list(Exclusions exclusions) {
    return source.list(exclusions);
  }

  @Override
  public FileReader reader() {
    FileReader reader = source.reader();
    return new FileReader() {
      @Override
      public int[] read(List<Piece> pieces, ByteBuffer into) {
        int before = into.position();
        int[] got = reader.read(pieces, into);
        throttle.take(into.position() - before);
        return got;
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  @Override
  public void close() {
    throttle.cancel();
    source.close();
  }
}
