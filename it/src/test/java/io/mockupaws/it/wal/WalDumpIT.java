package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.it.support.DebianCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All records of a server's life are those that pg_waldump prints, up to the same end. */
class WalDumpIT {
  private static final Timeline FIRST = new Timeline(1);
  private static final Pattern RECORD =
      Pattern.compile(
          "rmgr: (\\S+)\\s+len \\(rec/tot\\):\\s*\\d+/\\s*(\\d+), tx:\\s*(\\d+),"
              + " lsn: (\\S+), prev (\\S+), desc: .*");
  private static final Pattern END_AT_RECORD =
      Pattern.compile(
          "(?:invalid record length|record with incorrect prev-link .*) at ([0-9A-F/]+)");

  /** The last record fills its page to the end: then the page behind it is what is not WAL. */
  private static final Pattern END_AT_PAGE =
      Pattern.compile(
          "(?:invalid magic number 0000|unexpected pageaddr [0-9A-F/]+)"
              + " in log segment ([0-9A-F]{24}), offset (\\d+)");

  @ParameterizedTest
  @CsvSource({"1, 3", "16, 20", "64, 20"})
  void showsWhatPgWaldumpShows(int segmentMegabytes, int longRecordMegabytes) throws Exception {
    try (EmbeddedPostgres server = server(segmentMegabytes).start()) {
      new Workload(server).everything(longRecordMegabytes);
      server.stop();

      WalRows ours = WalRows.read(server.dataDirectory(), FIRST);
      Lsn first = ours.walk.firstRecord().orElseThrow();
      Programs.Output dump =
          Programs.run(
              List.of(
                  Programs.pgWalDump().toString(),
                  "--bkp-details",
                  "--path=" + server.dataDirectory().resolve("pg_wal"),
                  "--start=" + first),
              Map.of());

      List<WalRows.Row> theirs = parse(dump.out());
      assertThat(theirs).hasSizeGreaterThan(20_000);
      for (String way : List.of("applied", "compared", "pglz", "lz4", "zstd")) {
        assertThat(theirs).as(way).anyMatch(row -> row.blocks().contains(way));
      }
      WalRows.assertSame(
          ours.rows.stream().map(WalDumpIT::withoutWhatIsNotPrinted).toList(), theirs);
      Lsn end = end(dump.complaints(), segmentMegabytes << 20);
      assertThat(ours.walk.state())
          .isInstanceOfSatisfying(
              WalState.Ended.class, state -> assertThat(state.at()).isEqualTo(end));
    }
  }

  /** Debian's server, which knows every way to compress a page. */
  private static EmbeddedPostgresBuilder server(int segmentMegabytes) {
    PostgresBinaries debian = PostgresBinaries.at(15, DebianCluster.BINARIES);
    return Workload.server(EmbeddedPostgres.builder(debian), segmentMegabytes);
  }

  @Test
  void theEndIsFoundInEitherComplaint() {
    String prefix = "pg_waldump: error: error in WAL record at 0/5B15F88: ";
    assertThat(end(prefix + "invalid record length at 0/5B16000: wanted 24, got 0", 1 << 20))
        .isEqualTo(Lsn.parse("0/5B16000"));
    assertThat(
            end(
                prefix
                    + "invalid magic number 0000 in log segment 00000001000000000000005B,"
                    + " offset 90112",
                1 << 20))
        .isEqualTo(Lsn.parse("0/5B16000"));
  }

  private static Lsn end(String complaints, int segmentSize) {
    Matcher atRecord = END_AT_RECORD.matcher(complaints);
    if (atRecord.find()) {
      return Lsn.parse(atRecord.group(1));
    }
    Matcher atPage = END_AT_PAGE.matcher(complaints);
    assertThat(atPage.find()).as(complaints).isTrue();
    return SegmentName.parse(atPage.group(1), segmentSize)
        .orElseThrow()
        .start()
        .plus(Long.parseLong(atPage.group(2)));
  }

  private static WalRows.Row withoutWhatIsNotPrinted(WalRows.Row row) {
    return new WalRows.Row(
        row.start(),
        Lsn.ZERO,
        row.previous(),
        row.xid(),
        row.manager(),
        row.length(),
        0,
        row.blocks());
  }

  /** A line for each record, and one for each of its blocks behind it. */
  private static List<WalRows.Row> parse(String dump) {
    List<WalRows.Row> rows = new ArrayList<>();
    Matcher record = RECORD.matcher("");
    StringBuilder blocks = new StringBuilder();
    for (String line : dump.lines().toList()) {
      if (line.startsWith("\tblkref")) {
        blocks.append(line).append('\n');
        continue;
      }
      finish(record, blocks, rows);
      record = RECORD.matcher(line);
      assertThat(record.matches()).as(line).isTrue();
    }
    finish(record, blocks, rows);
    return rows;
  }

  private static void finish(Matcher record, StringBuilder blocks, List<WalRows.Row> rows) {
    if (record.hasMatch()) {
      rows.add(
          new WalRows.Row(
              Lsn.parse(record.group(4)),
              Lsn.ZERO,
              Lsn.parse(record.group(5)),
              Long.parseLong(record.group(3)),
              record.group(1),
              Long.parseLong(record.group(2)),
              0,
              WalRows.blocks(blocks.toString())));
      blocks.setLength(0);
    }
  }
}
