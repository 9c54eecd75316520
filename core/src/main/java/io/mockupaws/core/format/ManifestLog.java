package io.mockupaws.core.format;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Collects the files and directories of a backup while it runs and writes the manifest at its end,
 * when the head and the packs are known. Entries are kept compressed, some 30 bytes each, so a
 * million files fit into a small heap. Safe for use by many threads.
 */
public final class ManifestLog implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Kept compressed = new Kept();
  private final OutputStream entries;
  private long directories;
  private long files;
  private long bytes;

  public ManifestLog() {
    try {
      entries =
          new BufferedOutputStream(
              new ZstdOutputStream(compressed, FrameWriter.ZSTD_LEVEL), BUFFER_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void add(DirectoryEntry directory) {
    String text = ManifestLines.text(ManifestLines.directory(directory));
    synchronized (this) {
      append(text);
      directories++;
    }
  }

  public void add(FileEntry file) {
    String text = ManifestLines.text(ManifestLines.file(file));
    synchronized (this) {
      append(text);
      files++;
      bytes += file.size();
    }
  }

  public synchronized long files() {
    return files;
  }

  /** Bytes of all files so far. */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Writes the manifest's lines; nothing can be added afterwards.
   *
   * @param packs in the order of their numbers in the runs
   */
  public synchronized void writeTo(OutputStream out, ManifestHead head, List<PackTable> packs)
      throws IOException {
    entries.close();
    line(out, ManifestLines.text(ManifestLines.head(head)));
    for (int i = 0; i < packs.size(); i++) {
      line(out, ManifestLines.text(ManifestLines.pack(i, packs.get(i))));
    }
    try (InputStream in = new ZstdInputStream(compressed.input())) {
      in.transferTo(out);
    }
    line(out, ManifestLines.text(ManifestLines.end(packs.size(), directories, files)));
  }

  private void append(String text) {
    try {
      line(entries, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void line(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  @Override
  public synchronized void close() {
    try {
      entries.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes in memory, in pieces: to grow copies nothing. */
  private static final class Kept extends OutputStream {
    private final List<byte[]> pieces = new ArrayList<>();

    @Override
    public void write(int value) {
      pieces.add(new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      pieces.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    InputStream input() {
      return new SequenceInputStream(
          Collections.enumeration(
              pieces.stream()
                  .map(piece -> (InputStream) new ByteArrayInputStream(piece))
                  .toList()));
    }
  }
}
