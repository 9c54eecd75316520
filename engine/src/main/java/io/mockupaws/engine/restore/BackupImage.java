package io.mockupaws.engine.restore;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ManifestReader;
import java.util.ArrayList;
import java.util.List;

/**
 * What a backup puts into a directory.
 *
 * @param control the control file, to be written last
 * @param cut how many files of relations are left out: they lay behind one that was read short
 * @param needed directories that are there whether the backup names them or not
 */
record BackupImage(BackupFiles files, ControlContent control, int cut, List<String> needed) {
  BackupImage {
    needed = List.copyOf(needed);
  }

  /** Reads it from the backup's manifest. */
  static BackupImage read(
      ClusterRepository repository, ManifestReader manifest, ManifestHead backup) {
    ManifestScan scan = new ManifestScan();
    manifest.forEach(scan);
    // a reader serves one thread, and making one costs nothing
    BackupFiles files =
        scan.files(
            backup,
            (pack, first, last, taker) ->
                repository.packReader().read(pack, first, last, taker::frame));
    ControlContent control = ControlContent.fetch(files);
    int cut = SegmentChains.cut(files.table(), control.fullSegmentBytes());
    return new BackupImage(files, control, cut, needed(backup, control, scan.logIsFile()));
  }

  private static List<String> needed(
      ManifestHead backup, ControlContent control, boolean logIsFile) {
    List<String> needed =
        new ArrayList<>(List.of("pg_wal/archive_status", "global", LogDirectory.chosen(logIsFile)));
    for (TablespaceEntry space : backup.tablespaces()) {
      String place = "pg_tblspc/" + space.oid();
      needed.add(
          control
              .parsed()
              .majorVersion()
              .map(major -> place + "/" + major.tablespaceDirectory())
              .orElse(place));
    }
    return needed;
  }

  /** The paths of the restored directory. */
  Wanted wanted() {
    return new Wanted(files, needed);
  }
}
