package io.mockupaws.engine.restore;

import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files and directories of a backup, with the places they get in the target. */
final class BackupFiles {
  private final FileTable table;
  private final Map<Integer, String> moved;
  private final List<DirectoryEntry> directories;
  private final SourcePaths paths;
  private final int controlFile;
  private final List<Run> controlRuns;
  private final PackContents packs;
  private final int[] runsOfPack;

  BackupFiles(
      FileTable table,
      Map<Integer, String> moved,
      List<DirectoryEntry> directories,
      SourcePaths paths,
      int controlFile,
      List<Run> controlRuns,
      PackContents packs,
      int[] runsOfPack) {
    this.table = table;
    this.moved = Map.copyOf(moved);
    this.directories = List.copyOf(directories);
    this.paths = paths;
    this.controlFile = controlFile;
    this.controlRuns = List.copyOf(controlRuns);
    this.packs = packs;
    this.runsOfPack = runsOfPack.clone();
  }

  /** Every file of the manifest, by its number there. */
  FileTable table() {
    return table;
  }

  /** Where those files go that do not keep their path, relative to the target. */
  Map<Integer, String> moved() {
    return moved;
  }

  /** Of the data directory. */
  List<DirectoryEntry> directories() {
    return directories;
  }

  SourcePaths paths() {
    return paths;
  }

  /** The number of {@code global/pg_control}. */
  int controlFile() {
    return controlFile;
  }

  /** Where its bytes lie. */
  List<Run> controlRuns() {
    return controlRuns;
  }

  PackContents packs() {
    return packs;
  }

  /** How many runs a pack holds. */
  int runsOfPack(int pack) {
    return runsOfPack[pack];
  }

  /** Where a file goes, relative to the target. */
  String place(int file) {
    String elsewhere = moved.get(file);
    return elsewhere != null ? elsewhere : table.path(file);
  }

  Path place(Path target, int file) {
    return target.resolve(place(file));
  }

  /** Whether it belongs into the target. */
  boolean isWritten(int file) {
    return table.fate(file) != FileTable.Fate.LEFT_OUT;
  }

  /** Whether its bytes must be fetched. */
  boolean isFetched(int file) {
    return isWritten(file) && table.fate(file) != FileTable.Fate.KEPT;
  }
}
