package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;

/**
 * The WAL that a backup needs, and what tells that WAL from another server's at the same positions.
 *
 * @param start where replay begins
 * @param stop the end of the WAL that makes the copied files agree
 * @param checkpoint where the record of the backup's checkpoint begins; its redo is {@code start}
 * @param fromStandby whether the server wrote no record of the backup's end
 * @param control the control file as it was copied
 */
public record BackupSpan(
    Timeline timeline,
    Lsn start,
    Lsn stop,
    Lsn checkpoint,
    boolean fromStandby,
    ControlFile control) {

  static BackupSpan of(BackupSession.End end, ControlFile control) {
    BackupLabel label = end.label();
    return new BackupSpan(
        label.timeline(),
        label.start(),
        end.stop(),
        label.checkpoint(),
        label.fromStandby(),
        control);
  }
}
