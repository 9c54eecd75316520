package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * The content of {@code backup_label} as the server gave it at the end ({@code
 * build_backup_content}, {@code src/backend/access/transam/xlogbackup.c}).
 *
 * @param text the whole content, which a restore writes as it is
 * @param start where replay begins
 * @param checkpoint where the record of the checkpoint begins that the backup began with
 * @param timeline the timeline of the start
 * @param fromStandby whether the server was a standby when the backup began
 */
record BackupLabel(String text, Lsn start, Lsn checkpoint, Timeline timeline, boolean fromStandby) {

  static BackupLabel parse(String text) {
    String start = line(text, "START WAL LOCATION: ").orElseThrow(BackupLabel::unknown);
    String checkpoint = line(text, "CHECKPOINT LOCATION: ").orElseThrow(BackupLabel::unknown);
    String timeline = line(text, "START TIMELINE: ").orElseThrow(BackupLabel::unknown);
    String from = line(text, "BACKUP FROM: ").orElseThrow(BackupLabel::unknown);
    int blank = start.indexOf(' ');
    try {
      return new BackupLabel(
          text,
          Lsn.parse(blank < 0 ? start : start.substring(0, blank)),
          Lsn.parse(checkpoint.strip()),
          new Timeline(Integer.parseUnsignedInt(timeline.strip())),
          from.strip().equals("standby"));
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }

  /**
   * Ends a backup that uses what earlier ones have, unless it began where and as what its server
   * was seen before.
   *
   * @throws Failure BACKUP_INTERRUPTED
   */
  void demandSameWay(Timeline seen, boolean inRecovery) {
    if (!timeline.equals(seen) || fromStandby != inRecovery) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the server went over to timeline " + timeline + " when its backup began",
          "take the backup again; nothing of this one is visible");
    }
  }

  /**
   * Ends a backup whose standby followed its primary to another timeline meanwhile: it can do so
   * without being promoted itself.
   *
   * @param reached the timeline on which the standby's files end, as {@code pg_control} tells it
   * @throws Failure BACKUP_INTERRUPTED
   */
  void demandOneTimeline(Optional<Timeline> reached) {
    Optional<Timeline> other = reached.filter(line -> !line.equals(timeline));
    if (fromStandby && other.isPresent()) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the standby followed its primary to timeline " + other.get() + " during its backup",
          "take the backup again; nothing of this one is visible");
    }
  }

  private static Optional<String> line(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst();
  }

  private static Failure unknown() {
    return new Failure(
        ErrorCode.SERVER_ERROR,
        "the server ended the backup with a label that cannot be read",
        "report this as a defect, with the server's version");
  }
}
