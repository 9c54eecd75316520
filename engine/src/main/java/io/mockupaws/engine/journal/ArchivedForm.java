package io.mockupaws.engine.journal;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How a plain archive keeps its files: as they are, or packed by an {@code archive_command}. */
enum ArchivedForm {
  PLAIN(""),
  GZIP(".gz"),
  ZSTD(".zst"),
  /** Known by its name only. */
  LZ4(".lz4");

  private final String suffix;

  ArchivedForm(String suffix) {
    this.suffix = suffix;
  }

  static ArchivedForm of(String fileName) {
    for (ArchivedForm form : values()) {
      if (form != PLAIN && fileName.endsWith(form.suffix)) {
        return form;
      }
    }
    return PLAIN;
  }

  /** The name that PostgreSQL gave the file. */
  static String plainName(String fileName) {
    return fileName.substring(0, fileName.length() - of(fileName).suffix.length());
  }

  boolean isReadable() {
    return this != LZ4;
  }

  /**
   * The file's bytes.
   *
   * @throws IOException when they are not packed in this form
   */
  InputStream open(InputStream packed) throws IOException {
    return switch (this) {
      case PLAIN -> packed;
      case GZIP -> new GZIPInputStream(packed);
      case ZSTD -> new ZstdInputStream(packed);
      case LZ4 -> throw new IOException("lz4 is not read");
    };
  }
}
