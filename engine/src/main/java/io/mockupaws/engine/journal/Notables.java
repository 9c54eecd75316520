package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.WalEvent;
import java.time.Instant;
import java.util.Optional;

/** Which events are noted in a segment's index, and in what words. */
final class Notables {
  private Notables() {}

  static Optional<Notable> of(WalEvent event, Lsn start) {
    return switch (event) {
      case WalEvent.TablespaceCreate(int oid, String path) ->
          note(Notable.Kind.TABLESPACE_CREATE, start, unsigned(oid) + " " + path);
      case WalEvent.TablespaceDrop(int oid) ->
          note(Notable.Kind.TABLESPACE_DROP, start, unsigned(oid));
      case WalEvent.DatabaseFileCopy copy ->
          note(Notable.Kind.DATABASE_COPY, start, unsigned(copy.oid()));
      case WalEvent.DatabaseDrop drop ->
          note(Notable.Kind.DATABASE_DROP, start, unsigned(drop.oid()));
      case WalEvent.ParameterChange change ->
          note(Notable.Kind.PARAMETER_CHANGE, start, change.settings().toString());
      case WalEvent.RestorePoint point ->
          note(Notable.Kind.RESTORE_POINT, start, point.time() + " " + point.name());
      case WalEvent.EndOfRecovery end ->
          note(
              Notable.Kind.END_OF_RECOVERY,
              start,
              end.previousTimeline() + " to " + end.timeline());
      case WalEvent.TransactionEnd _,
          WalEvent.DatabaseCreate _,
          WalEvent.FullPageWrites _,
          WalEvent.CheckpointMade _,
          WalEvent.BackupEnd _,
          WalEvent.SegmentSwitch _,
          WalEvent.BrokenOffRecord _ ->
          Optional.empty();
    };
  }

  /** A restore point as it was noted. */
  record Point(String name, Moment at) {}

  /** The restore point that a note tells of. */
  static Optional<Point> point(Notable notable) {
    if (notable.kind() != Notable.Kind.RESTORE_POINT) {
      return Optional.empty();
    }
    int blank = notable.detail().indexOf(' ');
    Instant time = Instant.parse(notable.detail().substring(0, blank));
    return Optional.of(
        new Point(notable.detail().substring(blank + 1), new Moment(time, notable.start())));
  }

  private static Optional<Notable> note(Notable.Kind kind, Lsn start, String detail) {
    return Optional.of(new Notable(kind, start, detail));
  }

  private static String unsigned(int oid) {
    return Integer.toUnsignedString(oid);
  }
}
