package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All records of a server's life are those that pg_waldump prints, up to the same end. */
class WalDumpIT {
  private static final Timeline FIRST = new Timeline(1);
  private static final Pattern RECORD =
      Pattern.compile(
          "rmgr: (\\S+)\\s+len \\(rec/tot\\):\\s*\\d+/\\s*(\\d+), tx:\\s*(\\d+),"
              + " lsn: (\\S+), prev (\\S+), desc: .*");
  private static final Pattern BLOCK =
      Pattern.compile("blkref #(\\d+): rel (\\S+)(?: fork (\\w+))? blk (\\d+)( FPW)?");
  private static final Pattern END =
      Pattern.compile(
          "(?:invalid record length|record with incorrect prev-link .*) at ([0-9A-F/]+)");

  @ParameterizedTest
  @CsvSource({"1, 3", "16, 20"})
  void showsWhatPgWaldumpShows(int segmentMegabytes, int longRecordMegabytes) throws Exception {
    try (EmbeddedPostgres server = Workload.server(15, segmentMegabytes).start()) {
      new Workload(server).everything(longRecordMegabytes);
      server.stop();

      WalRows ours = WalRows.read(server.dataDirectory(), FIRST);
      Lsn first = ours.walk.firstRecord().orElseThrow();
      Programs.Output dump =
          Programs.run(
              List.of(
                  Programs.pgWalDump().toString(),
                  "--path=" + server.dataDirectory().resolve("pg_wal"),
                  "--start=" + first),
              Map.of());

      List<WalRows.Row> theirs = parse(dump.out());
      assertThat(theirs).hasSizeGreaterThan(20_000);
      WalRows.assertSame(
          ours.rows.stream().map(WalDumpIT::withoutWhatIsNotPrinted).toList(), theirs);
      Matcher end = END.matcher(dump.complaints());
      assertThat(end.find()).as(dump.complaints()).isTrue();
      assertThat(ours.walk.state())
          .isInstanceOfSatisfying(
              WalState.Ended.class,
              state -> assertThat(state.at()).isEqualTo(Lsn.parse(end.group(1))));
    }
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

  private static List<WalRows.Row> parse(String dump) {
    List<WalRows.Row> rows = new ArrayList<>();
    for (String line : dump.lines().toList()) {
      Matcher record = RECORD.matcher(line);
      assertThat(record.matches()).as(line).isTrue();
      StringBuilder blocks = new StringBuilder();
      Matcher block = BLOCK.matcher(line);
      while (block.find()) {
        String fork = block.group(3);
        blocks.append(
            WalRows.block(
                Long.parseLong(block.group(1)),
                block.group(2),
                WalRows.fork(fork == null ? "main" : fork),
                Long.parseLong(block.group(4)),
                block.group(5) != null));
      }
      rows.add(
          new WalRows.Row(
              Lsn.parse(record.group(4)),
              Lsn.ZERO,
              Lsn.parse(record.group(5)),
              Long.parseLong(record.group(3)),
              record.group(1),
              Long.parseLong(record.group(2)),
              0,
              blocks.toString()));
    }
    return rows;
  }
}
