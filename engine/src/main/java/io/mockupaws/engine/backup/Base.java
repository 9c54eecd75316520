package io.mockupaws.engine.backup;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.summary.Summary;

/**
 * What an incremental backup builds on.
 *
 * @param head of the earlier backup
 * @param files of it
 * @param changes what was changed from its start on
 * @param upTo up to where: the start of the backup in the making, once that is known
 * @param walBytes of WAL that were, or would be, read for it since nothing sums them up
 */
record Base(ManifestHead head, BaseFiles files, Summary changes, Lsn upTo, long walBytes) {
  /** Which part of the bytes in its packs may be of no use any more. */
  private static final double MOST_GARBAGE = 0.5;

  /**
   * Refuses a base of which most was replaced since, where the kind of backup is free to choose: a
   * full one takes less room in the end.
   *
   * @throws io.mockupaws.core.failure.Failure NO_BASE_BACKUP
   */
  void demandWorth(BackupRequest.Kind kind) {
    if (kind == BackupRequest.Kind.AUTO && files.garbage() > MOST_GARBAGE) {
      throw BaseFinder.refused(
          "most of what the packs of " + head.id() + " hold has been replaced since");
    }
  }
}
