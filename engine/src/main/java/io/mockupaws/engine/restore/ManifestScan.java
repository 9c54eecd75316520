package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a manifest once and keeps what a restore needs of it, without the runs. */
final class ManifestScan implements ManifestVisitor {
  static final String CONTROL_FILE = "global/pg_control";
  static final String BACKUP_LABEL = "backup_label";

  /** Belongs to the source's life, or is made anew by the restore. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          BACKUP_LABEL,
          CONTROL_FILE,
          "backup_label.old",
          "backup_manifest",
          "postmaster.opts",
          "postmaster.pid",
          "recovery.signal",
          "standby.signal",
          "tablespace_map",
          "tablespace_map.old");

  /** Beyond so many runs a file's checksum is computed by reading it, not by joining pieces. */
  private static final int MANY_RUNS = 1024;

  private final FileTable table = new FileTable();
  private final List<DirectoryEntry> directories = new ArrayList<>();
  private final List<PackTable> packs = new ArrayList<>();
  private final Map<Integer, FileEntry.Origin> perhapsMoved = new HashMap<>();
  private final Set<String> topLevel = new HashSet<>();
  private int[] runsOfPack = new int[0];
  private int controlFile = -1;
  private boolean logIsFile;
  private List<Run> controlRuns = List.of();

  @Override
  public void pack(int number, PackTable pack) {
    packs.add(pack);
  }

  @Override
  public void directory(DirectoryEntry directory) {
    requireInside(directory.path());
    directories.add(directory);
    topLevel.add(top(directory.path()));
  }

  @Override
  public void file(FileEntry file) {
    if (runsOfPack.length == 0) {
      runsOfPack = new int[packs.size()];
    }
    boolean external = file.origin() == FileEntry.Origin.EXTERNAL;
    // an external file may be a key, which PostgreSQL takes only when no one else can read it
    int mode = external ? 0600 : file.mode();
    int number =
        table.add(file.path(), file.size(), mode, file.modified(), file.crc32c(), fate(file));
    if (external) {
      perhapsMoved.put(number, file.origin());
      count(file);
      return;
    }
    requireInside(file.path());
    topLevel.add(top(file.path()));
    logIsFile |= file.path().equals(LogDirectory.USUAL);
    if (file.path().equals(CONTROL_FILE)) {
      controlFile = number;
      controlRuns = file.runs();
    } else if (!isBulk(file.path())) {
      perhapsMoved.put(number, file.origin());
    }
    count(file);
  }

  private void count(FileEntry file) {
    for (Run run : file.runs()) {
      if (run.pack() >= packs.size()) {
        throw damaged("the file " + file.path() + " lies in a pack that it does not name");
      }
      runsOfPack[run.pack()]++;
    }
  }

  private static FileTable.Fate fate(FileEntry file) {
    boolean ours = file.origin() == FileEntry.Origin.DATA;
    if (ours && (LEFT_OUT.contains(file.path()) || file.path().startsWith("pg_wal/"))) {
      return FileTable.Fate.LEFT_OUT;
    }
    return file.runs().size() > MANY_RUNS && file.crc32c().isPresent()
        ? FileTable.Fate.WRITTEN_AND_READ
        : FileTable.Fate.WRITTEN;
  }

  /** Where configuration files never lie. */
  private static boolean isBulk(String path) {
    return path.startsWith("base/") || path.startsWith("global/") || path.startsWith("pg_");
  }

  private static String top(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /** A manifest is authenticated; a path that leads outside is still never followed. */
  private static void requireInside(String path) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw damaged("it names the path " + path);
      }
    }
  }

  private static Failure damaged(String how) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the backup's manifest cannot be used: " + how,
        "restore another backup");
  }

  /** Whether the data directory has a file where a log directory would be. */
  boolean logIsFile() {
    return logIsFile;
  }

  /** What was read; to be called once the manifest has ended. */
  BackupFiles files(ManifestHead head, PackContents.FrameFetcher fetcher) {
    if (controlFile < 0) {
      throw damaged("there is no " + CONTROL_FILE);
    }
    SourcePaths paths = new SourcePaths(head.dataDirectory(), head.settings(), topLevel);
    Map<Integer, String> moved = new HashMap<>();
    Set<String> taken = new HashSet<>();
    perhapsMoved.forEach(
        (number, origin) -> {
          String path = table.path(number);
          String place =
              switch (origin) {
                case DATA -> paths.ofData(path);
                case EXTERNAL -> paths.ofExternal(path);
              };
          if (table.fate(number) != FileTable.Fate.LEFT_OUT && !taken.add(place)) {
            throw damaged("two of its files would become " + place);
          }
          if (!place.equals(path)) {
            moved.put(number, place);
          }
        });
    return new BackupFiles(
        table,
        moved,
        List.copyOf(directories),
        paths,
        controlFile,
        controlRuns,
        new PackContents(packs, fetcher),
        runsOfPack);
  }
}
