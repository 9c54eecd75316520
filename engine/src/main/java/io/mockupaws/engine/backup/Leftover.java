package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.RelationPath;
import java.util.Map;

/**
 * A file that a broken-off backup has stored whole.
 *
 * @param entry its runs name packs by their numbers in that backup
 * @param file what relation's it is
 * @param start from which position on a change makes it useless
 * @param packs that backup's packs, by number
 */
record Leftover(
    BackupId backup, FileEntry entry, RelationPath file, Lsn start, Map<Integer, PackTable> packs) {
  Leftover {
    requireNonNull(backup, "backup is null");
    requireNonNull(entry, "entry is null");
  }

  /** One of the packs that its runs name. */
  PackTable pack(int number) {
    return requireNonNull(packs.get(number), "a run names a pack that is not there");
  }

  /**
   * Whether a file as it was listed may be the one stored. Only what may be: the journal decides
   * about the content. A change without WAL, as no part of PostgreSQL makes it in such a file,
   * would show in the time.
   */
  boolean mayBe(Listing.Listed listed) {
    return listed.size() == entry.size()
        && listed.modified().getEpochSecond() == entry.modified().getEpochSecond();
  }
}
