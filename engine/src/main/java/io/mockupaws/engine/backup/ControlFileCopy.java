package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.ControlFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads {@code global/pg_control}, after everything else: on a standby it says how far replay must
 * go. The server may be writing it, so it is read until its own checksum fits.
 */
final class ControlFileCopy {
  private static final int TRIES = 8;

  /** The file: its whole content, as it is stored, and what it says. */
  static final class Read {
    private final byte[] bytes;
    private final ControlFile parsed;

    Read(byte[] bytes) {
      this.bytes = bytes;
      this.parsed = ControlFile.parse(bytes);
    }

    byte[] bytes() {
      return bytes;
    }

    ControlFile parsed() {
      return parsed;
    }
  }

  private final FileReader reader;
  private final Pause pause;

  ControlFileCopy(FileReader reader, Pause pause) {
    this.reader = reader;
    this.pause = pause;
  }

  /**
   * Reads it.
   *
   * @throws Failure CONTROL_FILE when it stays invalid or is not there
   */
  Read read() {
    for (int attempt = 1; ; attempt++) {
      try {
        return new Read(once());
      } catch (Failure e) {
        if (e.code() != ErrorCode.CONTROL_FILE || attempt == TRIES) {
          throw e;
        }
        pause.before(attempt);
      }
    }
  }

  private byte[] once() {
    // A larger file would be another version's: ask for more than it has.
    ByteBuffer content = ByteBuffer.allocate(2 * ControlFile.FILE_SIZE);
    Piece piece = new Piece(Exclusions.CONTROL_FILE, 0, content.capacity());
    if (reader.read(List.of(piece), content)[0] == FileReader.MISSING) {
      throw new Failure(
          ErrorCode.CONTROL_FILE,
          Exclusions.CONTROL_FILE + " is not there",
          "check the data directory: the server cannot run without it");
    }
    return Arrays.copyOf(content.array(), content.position());
  }
}
