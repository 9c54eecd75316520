package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Writes {@code backup_manifest} as {@code src/backend/backup/backup_manifest.c} does, so that
 * {@code pg_verifybackup} can judge the restored directory: version 1 up to 16, version 2 with the
 * system identifier from 17 on. File by file; nothing is kept.
 */
final class BackupManifestFile {
  static final String NAME = "backup_manifest";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final OutputStream out;
  private final MessageDigest digest = sha256();
  private boolean first = true;

  private BackupManifestFile(OutputStream out) {
    this.out = out;
  }

  /** Begins a manifest. The stream stays open and is not flushed. */
  static BackupManifestFile begin(OutputStream out, int major, long systemIdentifier)
      throws IOException {
    BackupManifestFile manifest = new BackupManifestFile(out);
    manifest.write("{ \"PostgreSQL-Backup-Manifest-Version\": " + (major >= 17 ? 2 : 1) + ",\n");
    if (major >= 17) {
      manifest.write("\"System-Identifier\": " + Long.toUnsignedString(systemIdentifier) + ",\n");
    }
    manifest.write("\"Files\": [");
    return manifest;
  }

  /** Adds a file; one without a checksum is judged by its size alone. */
  void file(String path, long size, Instant modified, OptionalInt crc32c) throws IOException {
    write(first ? "\n" : ",\n");
    first = false;
    write(
        String.format(
            Locale.ROOT,
            "{ \"Path\": %s, \"Size\": %d, \"Last-Modified\": \"%s\"%s }",
            quote(path),
            size,
            TIME.format(modified),
            crc32c.isPresent() ? checksum(crc32c.getAsInt()) : ""));
  }

  /** PostgreSQL writes the checksum's bytes as they lie in memory. */
  private static String checksum(int crc32c) {
    return String.format(
        ", \"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"%08x\"",
        Integer.reverseBytes(crc32c));
  }

  /** WAL that the backup needs, on one timeline. */
  record WalRange(Timeline timeline, Lsn start, Lsn end) {}

  /** Ends the manifest with the WAL needed, newest timeline first, and its own checksum. */
  void end(List<WalRange> ranges) throws IOException {
    write("\n],\n\"WAL-Ranges\": [\n");
    for (int i = 0; i < ranges.size(); i++) {
      WalRange range = ranges.get(i);
      write(
          (i == 0 ? "" : ",\n")
              + "{ \"Timeline\": "
              + range.timeline()
              + ", \"Start-LSN\": \""
              + range.start()
              + "\", \"End-LSN\": \""
              + range.end()
              + "\" }");
    }
    write("\n],\n");
    String checksum = HexFormat.of().formatHex(digest.digest());
    out.write(
        ("\"Manifest-Checksum\": \"" + checksum + "\"}\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void write(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(bytes);
    out.write(bytes);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
