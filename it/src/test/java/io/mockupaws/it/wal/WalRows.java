package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.ResourceManager;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
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

  final List<Row> rows = new ArrayList<>();
  final List<WalEvent> events = new ArrayList<>();
  final WalWalk walk;

  private WalRows(int segmentSize, SegmentName first) {
    walk = new WalWalk(segmentSize, first.timeline(), first.start(), this::note);
  }

  /** Reads the files of one timeline from the first on that is there. */
  static WalRows read(Path dataDirectory, Timeline timeline) throws IOException {
    int segmentSize = segmentSize(dataDirectory);
    List<SegmentName> names = segments(dataDirectory, timeline);
    WalRows found = new WalRows(segmentSize, names.getFirst());
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
    rows.add(
        new Row(
            record.start(),
            record.end(),
            record.previous(),
            record.xid(),
            ResourceManager.name(record.rmgr()),
            record.totalLength(),
            record.dataLength(),
            blocks(record.blocks())));
    WalEvent.of(record).ifPresent(events::add);
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
              blocks.hasImage(i)));
    }
    return text.toString();
  }

  static String block(long id, String relation, Fork fork, long block, boolean image) {
    return "#%d %s %s %d%s;"
        .formatted(
            id, relation, fork.name().toLowerCase(Locale.ROOT), block, image ? " image" : "");
  }

  /** As PostgreSQL's tools name forks. */
  static Fork fork(String name) {
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
