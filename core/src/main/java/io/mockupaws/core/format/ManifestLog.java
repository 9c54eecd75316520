package io.mockupaws.core.format;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Collects the files and directories of a backup while it runs and writes the manifest at its end,
 * when the head and the packs are known. Entries are kept compressed, some 20 bytes each, so a
 * million files fit into a small heap. Safe for use by many threads.
 */
public final class ManifestLog implements AutoCloseable {
  private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
  private final ZstdOutputStream entries;
  private long directories;
  private long files;
  private long bytes;

  public ManifestLog() {
    try {
      entries = new ZstdOutputStream(compressed, FrameWriter.ZSTD_LEVEL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized void add(DirectoryEntry directory) {
    append(ManifestLines.text(ManifestLines.directory(directory)));
    directories++;
  }

  public synchronized void add(FileEntry file) {
    append(ManifestLines.text(ManifestLines.file(file)));
    files++;
    bytes += file.size();
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
    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(compressed.toByteArray()))) {
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
}
