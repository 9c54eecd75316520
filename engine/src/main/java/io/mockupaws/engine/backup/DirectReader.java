package io.mockupaws.engine.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Reads from this host's file system. The last file stays open, so that a large one is opened once.
 */
final class DirectReader implements FileReader {
  private final Path dataDirectory;
  private Optional<OpenFile> open = Optional.empty();

  private record OpenFile(String path, FileChannel channel) {}

  DirectReader(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  @Override
  public int[] read(List<Piece> pieces, ByteBuffer into) {
    int[] got = new int[pieces.size()];
    for (int i = 0; i < got.length; i++) {
      got[i] = read(pieces.get(i), into);
    }
    return got;
  }

  private int read(Piece piece, ByteBuffer into) {
    int end = into.limit();
    try {
      FileChannel channel = channel(piece);
      into.limit(into.position() + piece.length());
      int begin = into.position();
      while (into.hasRemaining()) {
        if (channel.read(into, piece.offset() + into.position() - begin) < 0) {
          break;
        }
      }
      return into.position() - begin;
    } catch (NoSuchFileException e) {
      return MISSING;
    } catch (IOException e) {
      throw DirectSource.failure(dataDirectory.resolve(piece.path()), e);
    } finally {
      into.limit(end);
    }
  }

  /** From its beginning a file is opened anew: the same name may be another file since. */
  private FileChannel channel(Piece piece) throws IOException {
    if (open.isPresent() && piece.offset() > 0 && open.get().path().equals(piece.path())) {
      return open.get().channel();
    }
    close();
    FileChannel channel =
        FileChannel.open(dataDirectory.resolve(piece.path()), StandardOpenOption.READ);
    open = Optional.of(new OpenFile(piece.path(), channel));
    return channel;
  }

  @Override
  public void close() {
    open.ifPresent(
        file -> {
          try {
            file.channel().close();
          } catch (IOException e) {
            // Nothing was written to it.
          }
        });
    open = Optional.empty();
  }
}
