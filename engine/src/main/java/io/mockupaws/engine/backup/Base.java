package io.mockupaws.engine.backup;

import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.summary.Summary;

/**
 * What an incremental backup builds on.
 *
 * @param head of the earlier backup
 * @param files of it
 * @param changes what was changed from its start to that of the backup in the making
 */
record Base(ManifestHead head, BaseFiles files, Summary changes) {
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

  /** Whether a page was damaged when the earlier backup read it. */
  boolean isCorrupt(String path, long block) {
    for (CorruptPage page : head.corruptPages()) {
      if (page.block() == block && page.path().equals(path)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it has damaged pages of a file. */
  boolean hasCorrupt(String path) {
    return head.corruptPages().stream().anyMatch(page -> page.path().equals(path));
  }
}
