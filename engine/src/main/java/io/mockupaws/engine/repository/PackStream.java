package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameWriter;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.store.CreateOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the bytes of files one after another and lays them into packs, by one thread. Small files
 * share frames; a file may go over several packs.
 */
public final class PackStream implements AutoCloseable {
  private final PackSet packs;
  private final SealedObjects objects;
  private final long packBytes;
  private final PackSet.PackListener listener;
  private final ByteBuffer plain = ByteBuffer.allocateDirect(FrameWriter.FRAME_SIZE);
  private final List<Run> runs = new ArrayList<>();
  private Optional<OpenPack> current = Optional.empty();
  private long fileOffset;

  PackStream(PackSet packs, SealedObjects objects, long packBytes, PackSet.PackListener listener) {
    this.packs = packs;
    this.objects = objects;
    this.packBytes = packBytes;
    this.listener = listener;
  }

  /** A file's bytes follow. */
  public void beginFile() {
    runs.clear();
    fileOffset = 0;
  }

  /** The next bytes do not follow the last ones in the file, but lie further on. */
  public void skipTo(long offset) {
    fileOffset = offset;
  }

  /** Adds the next bytes of the file; the buffer is drained. */
  public void write(ByteBuffer bytes) {
    int end = bytes.limit();
    while (bytes.hasRemaining()) {
      OpenPack pack = current.isPresent() ? current.get() : beginPack();
      int count = Math.min(bytes.remaining(), plain.remaining());
      note(new Run(fileOffset, count, pack.number(), pack.nextFrame(), plain.position()));
      bytes.limit(bytes.position() + count);
      plain.put(bytes);
      bytes.limit(end);
      fileOffset += count;
      if (!plain.hasRemaining()) {
        flushFrame(pack);
      }
    }
  }

  /** Where the file's bytes lie. */
  public List<Run> endFile() {
    return List.copyOf(runs);
  }

  /** Extends the last run where the bytes follow it in the file and in the same pack. */
  private void note(Run run) {
    boolean follows =
        !runs.isEmpty()
            && runs.getLast().pack() == run.pack()
            && runs.getLast().fileOffset() + runs.getLast().length() == run.fileOffset();
    if (follows) {
      Run last = runs.removeLast();
      runs.add(
          new Run(
              last.fileOffset(),
              last.length() + run.length(),
              last.pack(),
              last.frame(),
              last.frameOffset()));
    } else {
      runs.add(run);
    }
  }

  private OpenPack beginPack() {
    int number = packs.begin();
    OpenPack pack =
        new OpenPack(
            number,
            objects.writer(packs.key(number), ObjectKind.PACK),
            new PartBuffer(objects.store(), packs.key(number)));
    current = Optional.of(pack);
    return pack;
  }

  private void flushFrame(OpenPack pack) {
    pack.add(plain.flip());
    plain.clear();
    if (pack.length() >= packBytes) {
      finishPack(pack);
    }
  }

  private void finishPack(OpenPack pack) {
    PackTable table = pack.finish(packs.key(pack.number()));
    packs.finished(pack.number(), table);
    current = Optional.empty();
    listener.stored(pack.number(), table);
  }

  /** Makes what was written durable. Without this call, closing discards the open pack. */
  public void finish() {
    if (current.isPresent()) {
      OpenPack pack = current.get();
      if (plain.position() > 0) {
        pack.add(plain.flip());
        plain.clear();
      }
      finishPack(pack);
    }
  }

  @Override
  public void close() {
    current.ifPresent(OpenPack::close);
  }

  /** The pack that is being written. */
  private static final class OpenPack {
    private final int number;
    private final FrameWriter writer;
    private final PartBuffer parts;
    private int[] plainLengths = new int[256];
    private int[] sealedLengths = new int[256];
    private int frames;

    OpenPack(int number, FrameWriter writer, PartBuffer parts) {
      this.number = number;
      this.writer = writer;
      this.parts = parts;
      parts.append(writer.header());
    }

    int number() {
      return number;
    }

    int nextFrame() {
      return writer.nextFrame();
    }

    long length() {
      return writer.length();
    }

    void add(ByteBuffer content) {
      if (frames == plainLengths.length) {
        plainLengths = java.util.Arrays.copyOf(plainLengths, frames * 2);
        sealedLengths = java.util.Arrays.copyOf(sealedLengths, frames * 2);
      }
      plainLengths[frames] = content.remaining();
      ByteBuffer frame = writer.frame(content);
      sealedLengths[frames++] = frame.remaining();
      parts.append(frame);
    }

    PackTable finish(io.mockupaws.core.format.ObjectKey key) {
      parts.append(writer.finish(new byte[0]));
      if (parts.commit() == CreateOutcome.EXISTS) {
        throw new IllegalStateException("another writer made the pack " + key);
      }
      PackTable table =
          new PackTable(
              key,
              writer.length(),
              java.util.Arrays.copyOf(plainLengths, frames),
              java.util.Arrays.copyOf(sealedLengths, frames));
      close();
      return table;
    }

    void close() {
      writer.close();
      parts.close();
    }
  }
}
