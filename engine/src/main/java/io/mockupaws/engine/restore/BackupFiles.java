package io.mockupaws.engine.restore;

import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files and directories of a backup, with the places they get in the target.
 *
 * @param table every file of the manifest, by its number there
 * @param moved where those files go that do not keep their path, relative to the target
 * @param directories of the data directory
 * @param controlFile the number of {@code global/pg_control}
 * @param controlRuns where its bytes lie
 * @param runsOfPack how many runs of files to be written each pack holds
 */
record BackupFiles(
    FileTable table,
    Map<Integer, String> moved,
    List<DirectoryEntry> directories,
    SourcePaths paths,
    int controlFile,
    List<Run> controlRuns,
    PackContents packs,
    int[] runsOfPack) {

  /** Where a file goes, relative to the target. */
  String place(int file) {
    String elsewhere = moved.get(file);
    return elsewhere != null ? elsewhere : table.path(file);
  }

  Path place(Path target, int file) {
    return target.resolve(place(file));
  }

  boolean isWritten(int file) {
    return table.fate(file) != FileTable.Fate.LEFT_OUT;
  }
}
