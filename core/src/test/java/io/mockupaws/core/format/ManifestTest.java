package io.mockupaws.core.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/prod/backups/b");

  static final ManifestHead HEAD =
      new ManifestHead(
          new BackupId("20260407T120000Z-full-1a2b"),
          BackupKind.FULL,
          "prod",
          0xF234_5678_9ABC_DEF0L,
          180006,
          new Timeline(1),
          Lsn.parse("0/3000028"),
          Lsn.parse("0/3000158"),
          Instant.parse("2026-04-07T12:00:00.123456Z"),
          Instant.parse("2026-04-07T12:00:09Z"),
          16 << 20,
          8192,
          true,
          "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n",
          false,
          "sql",
          "/var/lib/postgresql/18/main",
          0700,
          Map.of("max_connections", "100", "TimeZone", "Europe/Berlin"),
          List.of(new TablespaceEntry(16390, "fäst", "/mnt/fast")),
          2,
          16392,
          4711,
          List.of(new CorruptPage("base/5/16384", 7, "public.t", "checksum")));

  private static final List<PackTable> PACKS =
      List.of(
          new PackTable(
              ObjectKey.of("clusters/prod/packs/20260407T120000Z-full-1a2b/000000"),
              4711,
              new int[] {8192, 8200},
              new int[] {2000, 2500}));
  private static final DirectoryEntry DIRECTORY = new DirectoryEntry("base/5", 0700);
  private static final FileEntry RELATION =
      new FileEntry(
          "base/5/16384",
          FileEntry.Origin.DATA,
          16384,
          0600,
          Instant.parse("2026-04-07T11:59:58.500Z"),
          0xDEADBEEF,
          List.of(new Run(0, 16384, 0, 0, 0)));
  private static final FileEntry CONFIGURATION =
      new FileEntry(
          "/etc/postgresql/18/main/postgresql.conf",
          FileEntry.Origin.EXTERNAL,
          8,
          0644,
          Instant.parse("2026-04-01T00:00:00Z"),
          1,
          List.of(new Run(0, 8, 0, 1, 8192)));

  private static byte[] written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ManifestLog log = new ManifestLog()) {
      log.add(DIRECTORY);
      log.add(RELATION);
      log.add(CONFIGURATION);
      log.writeTo(out, HEAD, PACKS);
    }
    return out.toByteArray();
  }

  @Test
  void theBytesAreTheGoldenFile() throws IOException {
    try (InputStream golden = ManifestTest.class.getResourceAsStream("manifest-1.jsonl")) {
      assertThat(new String(written(), UTF_8))
          .isEqualTo(new String(java.util.Objects.requireNonNull(golden).readAllBytes(), UTF_8));
    }
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    ManifestParser parser = new ManifestParser(KEY, new ByteArrayInputStream(written()));
    assertThat(parser.head()).isEqualTo(HEAD);
    List<Object> parts = new ArrayList<>();
    parser.rest(
        new ManifestVisitor() {
          @Override
          public void pack(int number, PackTable pack) {
            parts.add(pack.key() + " " + pack.offset(2));
          }

          @Override
          public void directory(DirectoryEntry directory) {
            parts.add(directory);
          }

          @Override
          public void file(FileEntry file) {
            parts.add(file);
          }
        });
    assertThat(parts)
        .containsExactly(PACKS.getFirst().key() + " 4564", DIRECTORY, RELATION, CONFIGURATION);
  }

  @Test
  void aMissingLineIsFound() throws IOException {
    List<String> lines = new ArrayList<>(new String(written(), UTF_8).lines().toList());
    for (int i = 1; i < lines.size(); i++) {
      List<String> less = new ArrayList<>(lines);
      less.remove(i);
      String text = String.join("\n", less) + "\n";
      ManifestParser parser =
          new ManifestParser(KEY, new ByteArrayInputStream(text.getBytes(UTF_8)));
      parser.head();
      assertThatThrownBy(() -> parser.rest(new ManifestVisitor() {}))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
    }
  }

  @Test
  void runsThatLeaveAGapAreRefused() {
    assertThatThrownBy(
            () ->
                new FileEntry(
                    "f",
                    FileEntry.Origin.DATA,
                    10,
                    0600,
                    Instant.EPOCH,
                    0,
                    List.of(new Run(0, 4, 0, 0, 0), new Run(5, 5, 0, 0, 4))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
