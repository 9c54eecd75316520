package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Puts the content of frames in its places in the files of the target, from many threads. */
final class FileAssembler {
  private final RunTable runs;
  private final IntFunction<Path> places;
  private final IntPredicate overlaid;
  private final FileChecksums checksums;
  private final LongAdder written;

  /**
   * An assembler for one batch of packs.
   *
   * @param places where a file goes, by its number
   * @param overlaid whether a file is there, and only what differs is to be written
   * @param checksums shared by all batches
   * @param written counts bytes, those too that were there already
   */
  FileAssembler(
      RunTable runs,
      IntFunction<Path> places,
      IntPredicate overlaid,
      FileChecksums checksums,
      LongAdder written) {
    this.runs = runs;
    this.places = places;
    this.overlaid = overlaid;
    this.checksums = checksums;
    this.written = written;
  }

  /** One worker's hand; used by one thread at a time. */
  Hand hand() {
    return new Hand();
  }

  /** It keeps the file it wrote last open, since neighbours in a pack mostly share one. */
  final class Hand implements AutoCloseable {
    private int openFile = -1;
    private @Nullable FileChannel channel;

    /**
     * Writes every part of a frame that a file wants.
     *
     * @param start where the frame's content begins in the pack's content
     */
    void frame(int pack, long start, ByteBuffer content) {
      int base = content.position();
      runs.forEachPart(
          pack,
          start,
          content.remaining(),
          (file, fileOffset, from, length) -> {
            ByteBuffer part = content.duplicate();
            part.limit(base + from + length).position(base + from);
            write(file, fileOffset, part);
          });
    }

    private void write(int file, long fileOffset, ByteBuffer bytes) {
      int length = bytes.remaining();
      checksums.note(file, fileOffset, bytes);
      Path place = places.apply(file);
      LocalFiles.attempt("writing", place, () -> writeAt(file, place, bytes, fileOffset));
      written.add(length);
    }

    private Path writeAt(int file, Path place, ByteBuffer bytes, long fileOffset)
        throws IOException {
      FileChannel current = channel;
      if (current == null || file != openFile) {
        closeChannel();
        current =
            overlaid.test(file)
                ? FileChannel.open(place, READ, WRITE)
                : LocalFiles.openForPieces(place);
        channel = current;
        openFile = file;
      }
      if (!overlaid.test(file) || !isThere(current, bytes, fileOffset)) {
        LocalFiles.writeFully(current, bytes, fileOffset);
      }
      return place;
    }

    private boolean isThere(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
      ByteBuffer there = ByteBuffer.allocate(bytes.remaining());
      long at = offset;
      for (int count = 0; there.hasRemaining() && count >= 0; at += count) {
        count = channel.read(there, at);
      }
      return there.flip().equals(bytes);
    }

    private void closeChannel() throws IOException {
      FileChannel current = channel;
      channel = null;
      if (current != null) {
        current.close();
      }
    }

    @Override
    public void close() {
      Path last = openFile < 0 ? Path.of("") : places.apply(openFile);
      LocalFiles.attempt(
          "closing",
          last,
          () -> {
            closeChannel();
            return last;
          });
    }
  }
}
