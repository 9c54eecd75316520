package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BackupManifestFileTest {
  private static final Instant TIME = Instant.parse("2026-11-22T18:20:39.400Z");

  /** Path, size, time and checksum as pg_basebackup 15.18 wrote them for the same file. */
  @Test
  void aFileIsDescribedAsPgBasebackupDoes() throws IOException {
    byte[] content = "15\n".getBytes(StandardCharsets.US_ASCII);
    String text =
        manifest(
            15,
            manifest -> {
              int crc = Crc32cMath.of(ByteBuffer.wrap(content));
              manifest.file("PG_VERSION", content.length, TIME, OptionalInt.of(crc));
            });
    assertThat(text)
        .startsWith(
            """
            { "PostgreSQL-Backup-Manifest-Version": 1,
            "Files": [
            { "Path": "PG_VERSION", "Size": 3, "Last-Modified": "2026-11-22 18:20:39 GMT", \
            "Checksum-Algorithm": "CRC32C", "Checksum": "8a744722" }
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
            ],
            "Manifest-Checksum": \"\
            """);
  }

  @Test
  void from17OnItNamesTheCluster() throws IOException {
    assertThat(manifest(17, _ -> {}))
        .startsWith(
            """
            { "PostgreSQL-Backup-Manifest-Version": 2,
            "System-Identifier": 18446744073709551615,
            "Files": [
            ],
            """);
  }

  @Test
  void itsOwnChecksumCoversEverythingBeforeIt() throws Exception {
    String text =
        manifest(
            16,
            manifest -> {
              manifest.file("a \"b\" \\ \u0001 \u00e4", 0, TIME, OptionalInt.of(0));
              manifest.file("c", 1L << 40, TIME, OptionalInt.of(-1));
            });
    int at = text.indexOf("\"Manifest-Checksum\"");
    byte[] covered = text.substring(0, at).getBytes(StandardCharsets.UTF_8);
    String expected =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(covered));
    assertThat(text.substring(at)).isEqualTo("\"Manifest-Checksum\": \"" + expected + "\"}\n");
    assertThat(text).contains("\"a \\\"b\\\" \\\\ \\u0001 \u00e4\"").contains("1099511627776");
  }

  @FunctionalInterface
  private interface Filling {
    void fill(BackupManifestFile manifest) throws IOException;
  }

  private static String manifest(int major, Filling filling) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BackupManifestFile manifest = BackupManifestFile.begin(out, major, -1);
    filling.fill(manifest);
    manifest.end(
        List.of(
            new BackupManifestFile.WalRange(
                new Timeline(1), Lsn.parse("0/2000028"), Lsn.parse("0/2000100"))));
    return out.toString(StandardCharsets.UTF_8);
  }
}
