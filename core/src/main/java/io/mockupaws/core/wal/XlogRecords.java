package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Checkpoint;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.RecoverySettings;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.WalLevel;
import java.time.Instant;
import java.util.Optional;

/**
 * Records of the WAL about itself (src/include/catalog/pg_control.h,
 * src/include/access/xlog_internal.h).
 */
final class XlogRecords {
  static final int SWITCH = 0x40;
  static final int OVERWRITE_CONTRECORD = 0xD0;
  static final int PARAMETER_CHANGE = 0x60;

  private static final int CHECKPOINT_SHUTDOWN = 0x00;
  private static final int CHECKPOINT_ONLINE = 0x10;
  private static final int BACKUP_END = 0x50;
  private static final int RESTORE_POINT = 0x70;
  private static final int FPW_CHANGE = 0x80;
  private static final int END_OF_RECOVERY = 0x90;

  /** {@code MAXFNAMELEN}: bytes of a restore point's name with its NUL. */
  private static final int NAME_SIZE = 64;

  private XlogRecords() {}

  static Optional<WalEvent> read(WalRecord record) {
    return switch (record.info() & WalRecord.OPERATION_MASK) {
      case CHECKPOINT_SHUTDOWN -> Optional.of(checkpoint(record, true));
      case CHECKPOINT_ONLINE -> Optional.of(checkpoint(record, false));
      case SWITCH -> Optional.of(new WalEvent.SegmentSwitch());
      case BACKUP_END -> Optional.of(new WalEvent.BackupEnd(new Fields(record).lsn()));
      case PARAMETER_CHANGE -> Optional.of(parameterChange(new Fields(record)));
      case RESTORE_POINT -> Optional.of(restorePoint(new Fields(record)));
      case FPW_CHANGE -> Optional.of(new WalEvent.FullPageWrites(new Fields(record).bool()));
      case END_OF_RECOVERY -> Optional.of(endOfRecovery(new Fields(record)));
      case OVERWRITE_CONTRECORD -> Optional.of(brokenOff(new Fields(record)));
      default -> Optional.empty();
    };
  }

  private static WalEvent checkpoint(WalRecord record, boolean shutdown) {
    Fields fields = new Fields(record);
    try {
      return new WalEvent.CheckpointMade(
          shutdown, Checkpoint.read(fields.need(Checkpoint.SIZE), 0));
    } catch (IllegalArgumentException e) {
      throw fields.broken("it names no timeline, or a time that there is not");
    }
  }

  private static WalEvent parameterChange(Fields fields) {
    int maxConnections = fields.i32();
    int maxWorkerProcesses = fields.i32();
    int maxWalSenders = fields.i32();
    int maxPreparedTransactions = fields.i32();
    int maxLocksPerTransaction = fields.i32();
    WalLevel walLevel =
        WalLevel.of(fields.i32()).orElseThrow(() -> fields.broken("it names no wal_level"));
    boolean walLogHints = fields.bool();
    return new WalEvent.ParameterChange(
        new RecoverySettings(
            walLevel,
            walLogHints,
            maxConnections,
            maxWorkerProcesses,
            maxWalSenders,
            maxPreparedTransactions,
            maxLocksPerTransaction,
            fields.bool()));
  }

  private static WalEvent restorePoint(Fields fields) {
    Instant time = fields.time();
    return new WalEvent.RestorePoint(fields.text(NAME_SIZE), time);
  }

  private static WalEvent endOfRecovery(Fields fields) {
    Instant time = fields.time();
    Timeline timeline = fields.timeline();
    return new WalEvent.EndOfRecovery(timeline, fields.timeline(), time);
  }

  private static WalEvent brokenOff(Fields fields) {
    Lsn broken = fields.lsn();
    return new WalEvent.BrokenOffRecord(broken, fields.time());
  }
}
