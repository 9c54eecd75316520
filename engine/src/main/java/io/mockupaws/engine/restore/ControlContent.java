package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.ControlFile;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** The control file of a backup, fetched first and written last. */
final class ControlContent {
  private final byte[] bytes;
  private final ControlFile parsed;

  private ControlContent(byte[] bytes, ControlFile parsed) {
    this.bytes = bytes;
    this.parsed = parsed;
  }

  /** Fetches it, apart from all other files. */
  static ControlContent fetch(BackupFiles files) {
    int size = Math.toIntExact(files.table().size(files.controlFile()));
    byte[] content = new byte[size];
    for (Run run : files.controlRuns()) {
      copy(files.packs(), run, content);
    }
    OptionalInt crc = OptionalInt.of(Crc32cMath.of(ByteBuffer.wrap(content)));
    if (!crc.equals(files.table().crc32c(files.controlFile()))) {
      throw new Failure(
          ErrorCode.DAMAGED_OBJECT,
          "the control file in the repository is not the one that was backed up",
          "restore another backup, and verify this one");
    }
    return new ControlContent(content, ControlFile.parse(content));
  }

  private static void copy(PackContents packs, Run run, byte[] content) {
    long from = packs.start(run.pack(), run.frame()) + run.frameOffset();
    long to = from + run.length();
    int last = run.frame();
    while (packs.start(run.pack(), last + 1) < to) {
      last++;
    }
    packs.fetch(
        run.pack(),
        run.frame(),
        last,
        (frame, plain) -> {
          long start = packs.start(run.pack(), frame);
          int begin = (int) (Math.max(from, start) - start);
          int end = (int) (Math.min(to, start + plain.remaining()) - start);
          int at = (int) (run.fileOffset() + start + begin - from);
          plain.get(plain.position() + begin, content, at, end - begin);
        });
  }

  /** As backed up, checksum verified. */
  byte[] bytes() {
    return bytes.clone();
  }

  ControlFile parsed() {
    return parsed;
  }

  /** Bytes of a relation's file that is followed by another. */
  long fullSegmentBytes() {
    return (long) parsed.shape().relationSegmentBlocks() * parsed.shape().blockSize();
  }
}
