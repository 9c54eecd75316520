package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.PageImage;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Our reading of a server's {@code pg_wal}, as rows that can be compared. */
final class WalRows {

  /** A record. The end and the data's length are not told by every tool. */
  record Row(
      Lsn start,
      Lsn end,
      Lsn previous,
      long xid,
      String manager,
      long length,
      long dataLength,
      String blocks) {}

  private static final int BLOCK_SIZE = 8192;

  /** {@code XLogRecGetBlockRefInfo} (src/backend/access/rmgrdesc/xlogdesc.c). */
  private static final Pattern BLOCK =
      Pattern.compile(
          "blkref #(\\d+): rel (\\S+) fork (\\w+) blk (\\d+)"
              + "(?: \\(FPW((?: for WAL verification)?)\\); hole: offset: (\\d+), length: (\\d+)"
              + "(?:, compression saved: (\\d+), method: (\\w+))?)?");

  final List<Row> rows = new ArrayList<>();
  final List<WalEvent> events = new ArrayList<>();
  final WalWalk walk;

  private WalRows(int segmentSize, SegmentName first, WalSink also) {
    WalSink both =
        record -> {
          note(record);
          also.record(record);
        };
    walk = new WalWalk(segmentSize, first.timeline(), first.start(), both);
  }

  /** Reads the files of one timeline from the first on that is there. */
  static WalRows read(Path dataDirectory, Timeline timeline) throws IOException {
    return read(dataDirectory, timeline, record -> {});
  }

  /** The same, and shows each record to {@code also}. */
  static WalRows read(Path dataDirectory, Timeline timeline, WalSink also) throws IOException {
    int segmentSize = segmentSize(dataDirectory);
    List<SegmentName> names = segments(dataDirectory, timeline);
    WalRows found = new WalRows(segmentSize, names.getFirst(), also);
    ByteBuffer piece = ByteBuffer.allocateDirect(77_777);
    for (SegmentName name : names) {
      try (FileChannel file = FileChannel.open(dataDirectory.resolve("pg_wal/" + name))) {
        while (file.read(piece.clear()) > 0) {
          found.walk.feed(piece.flip());
        }
      }
      if (!(found.walk.state() instanceof WalState.Reading)) {
        break;
      }
    }
    return found;
  }

  static int segmentSize(Path dataDirectory) throws IOException {
    return ControlFile.parse(Files.readAllBytes(dataDirectory.resolve("global/pg_control")))
        .shape()
        .walSegmentSize();
  }

  /** The files of one timeline, in order. */
  static List<SegmentName> segments(Path dataDirectory, Timeline timeline) throws IOException {
    int segmentSize = segmentSize(dataDirectory);
    try (Stream<Path> files = Files.list(dataDirectory.resolve("pg_wal"))) {
      return files
          .map(file -> SegmentName.parse(file.getFileName().toString(), segmentSize))
          .flatMap(Optional::stream)
          .filter(name -> name.timeline().equals(timeline))
          .sorted()
          .toList();
    }
  }

  private void note(WalRecord record) {
    rows.add(row(record));
    WalEvent.of(record).ifPresent(events::add);
  }

  static Row row(WalRecord record) {
    return new Row(
        record.start(),
        record.end(),
        record.previous(),
        record.xid(),
        ResourceManager.name(record.rmgr()),
        record.totalLength(),
        record.dataLength(),
        blocks(record.blocks()));
  }

  private static String blocks(BlockReferences blocks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < blocks.count(); i++) {
      text.append(
          block(
              blocks.id(i),
              blocks.relation(i).toString(),
              Fork.of(blocks.fork(i)).orElseThrow(),
              blocks.block(i),
              blocks.image(i).map(WalRows::image).orElse("")));
    }
    return text.toString();
  }

  private static String image(PageImage image) {
    int hole = image.hole(BLOCK_SIZE);
    return image(
        image.applied(),
        image.holeOffset(),
        hole,
        image
            .compression()
            .map(c -> c.name().toLowerCase(Locale.ROOT) + (BLOCK_SIZE - hole - image.length()))
            .orElse(""));
  }

  static String image(boolean applied, int holeOffset, int hole, String compression) {
    return " image %s hole %d+%d %s"
        .formatted(applied ? "applied" : "compared", holeOffset, hole, compression);
  }

  static String block(long id, String relation, Fork fork, long block, String image) {
    return "#%d %s %s %d%s;"
        .formatted(id, relation, fork.name().toLowerCase(Locale.ROOT), block, image);
  }

  /** All blocks that one of PostgreSQL's tools prints with their details for one record. */
  static String blocks(String printed) {
    StringBuilder blocks = new StringBuilder();
    Matcher block = BLOCK.matcher(printed);
    while (block.find()) {
      boolean image = block.group(5) != null;
      blocks.append(
          block(
              Long.parseLong(block.group(1)),
              block.group(2),
              fork(block.group(3)),
              Long.parseLong(block.group(4)),
              image
                  ? image(
                      block.group(5).isEmpty(),
                      Integer.parseInt(block.group(6)),
                      Integer.parseInt(block.group(7)),
                      block.group(9) == null ? "" : block.group(9) + block.group(8))
                  : ""));
    }
    return blocks.toString();
  }

  /** As PostgreSQL's tools name forks. */
  private static Fork fork(String name) {
    return switch (name) {
      case "main" -> Fork.MAIN;
      case "fsm" -> Fork.FREE_SPACE;
      case "vm" -> Fork.VISIBILITY;
      case "init" -> Fork.INIT;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Row by row: the whole lists would not fit a message. */
  static void assertSame(List<Row> ours, List<Row> theirs) {
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      assertThat(ours.get(i)).as("row %d", i).isEqualTo(theirs.get(i));
    }
    assertThat(ours).hasSameSizeAs(theirs);
  }
}
