package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the WAL as it lies in the target, every record's checksum included, up to the last wanted
 * record: what the server will replay is what was planned, or it is not started.
 */
final class WalInspection {
  private static final int BUFFER = 256 << 10;

  private final RecordSpan target;
  private final Lsn begin;
  private final WalWalk walk;
  private final Cancel cancel;
  private final List<WalFindings.MadeTablespace> tablespaces = new ArrayList<>();
  private Optional<RecoveryParameters> parameters = Optional.empty();
  private boolean reached;

  /**
   * An inspection.
   *
   * @param target the last wanted record
   */
  WalInspection(WalNeed need, RecordSpan target, Cancel cancel) {
    this.target = target;
    this.begin = need.start();
    this.cancel = cancel;
    this.walk =
        new WalWalk(
            need.segmentSize(),
            need.timeline(),
            need.start().segmentStart(need.segmentSize()),
            this::record);
  }

  /** Reads the next segment's file. */
  void segment(SegmentName segment, Path file) {
    LocalFiles.attempt("reading", file, () -> feed(file));
    if (!reached && walk.state() instanceof WalState.Damaged damaged) {
      throw new Failure(
          ErrorCode.WAL_DAMAGED,
          "the WAL on the way to the target is broken in " + segment + ": " + damaged.damage(),
          "restore to a moment before it, or from a backup taken behind it");
    }
  }

  private Path feed(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (!reached && channel.read(buffer.clear()) >= 0) {
        cancel.check();
        walk.feed(buffer.flip());
      }
    }
    return file;
  }

  private void record(WalRecord record) {
    if (reached || record.start().isBefore(begin)) {
      return;
    }
    if (record.start().isAfter(target.start())) {
      throw otherEnd("no record begins at " + target.start());
    }
    WalEvent.of(record).ifPresent(event -> note(record.span(), event));
    if (record.start().equals(target.start())) {
      if (!record.end().equals(target.end())) {
        throw otherEnd("the last record ends at " + record.end());
      }
      reached = true;
    }
  }

  private void note(RecordSpan record, WalEvent event) {
    if (event instanceof WalEvent.TablespaceCreate create && !create.path().isEmpty()) {
      tablespaces.add(new WalFindings.MadeTablespace(record, create.oid(), create.path()));
    }
    if (event instanceof WalEvent.ParameterChange change) {
      RecoveryParameters now = RecoveryParameters.of(change.settings());
      parameters = Optional.of(parameters.map(now::atLeast).orElse(now));
    }
  }

  /**
   * What was found.
   *
   * @throws Failure WAL_HOLE when the last wanted record was not there
   */
  WalFindings findings() {
    if (!reached) {
      Lsn at = walk.lastWhole().map(RecordSpan::end).orElse(begin);
      throw new Failure(
          ErrorCode.WAL_HOLE,
          "the WAL fetched ends at " + at + ", the target ends at " + target.end(),
          "see with mockupaws window what can be recovered, and plan again");
    }
    return new WalFindings(tablespaces, parameters);
  }

  private Failure otherEnd(String found) {
    return new Failure(
        ErrorCode.NOT_REACHED,
        "the WAL is not what the plan says: it ends with the record from "
            + target.start()
            + " to "
            + target.end()
            + ", but "
            + found,
        "plan the restore again");
  }
}
