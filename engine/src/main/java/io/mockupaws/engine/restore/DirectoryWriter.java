package io.mockupaws.engine.restore;

import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.Run;
import io.mockupaws.engine.repository.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Writes the files of a backup into the target: every wanted frame is fetched once, many packs at
 * the same time, and its blocks go to their places. The runs of all packs may be too many for the
 * memory; then the packs are taken in batches, and the manifest is read once a batch.
 */
final class DirectoryWriter {
  /** 32 bytes each. */
  private static final int RUNS_AT_ONCE = 2_000_000;

  /** Bytes of one worker's reads; a frame of at most a few MB comes on top. */
  private static final long UNIT_BYTES = 8 << 20;

  /** Below this number of files forcing takes less than a second by itself. */
  private static final int MANY = 5_000;

  private final Path target;
  private final BackupFiles backup;
  private final Owner owner;
  private final Workers workers;
  private final FileChecksums checksums;
  private final Set<Path> madeBesides = new LinkedHashSet<>();
  private final LongAdder written = new LongAdder();
  private final LongAdder finished = new LongAdder();

  DirectoryWriter(Path target, BackupFiles backup, Owner owner, Workers workers) {
    this.target = target;
    this.backup = backup;
    this.owner = owner;
    this.workers = workers;
    this.checksums = new FileChecksums(backup.table());
  }

  /** Bytes written so far. */
  long writtenBytes() {
    return written.sum();
  }

  /** Files made durable so far. */
  long finishedFiles() {
    return finished.sum();
  }

  /** Bytes of all files. */
  long totalBytes() {
    return wanted().mapToLong(backup.table()::size).sum();
  }

  /** Bytes to be fetched and written. */
  long fetchedBytes() {
    return wanted().filter(backup::isFetched).mapToLong(backup.table()::size).sum();
  }

  /** All files. */
  long totalFiles() {
    return wanted().count();
  }

  private IntStream wanted() {
    return IntStream.range(0, backup.table().count()).filter(backup::isWritten);
  }

  /**
   * Makes the directories, empty ones too, and those of moved files.
   *
   * @param others directories needed whether the backup names them or not
   */
  void makeDirectories(List<String> others) throws IOException {
    for (DirectoryEntry entry : backup.directories()) {
      if (!entry.path().startsWith("pg_wal/")) {
        makeDirectory(entry.path(), entry.mode());
      }
    }
    for (String needed : others) {
      Path directory = target.resolve(needed);
      LocalFiles.makeDirectories(target, directory, owner);
      LocalFiles.setMode(directory, LocalFiles.mode(target));
      owner.give(directory);
      madeBesides.add(directory);
      madeBesides.add(LocalFiles.parent(directory));
    }
    for (String place : backup.moved().values()) {
      LocalFiles.makeDirectories(target, LocalFiles.parent(target.resolve(place)), owner);
    }
  }

  private void makeDirectory(String relative, int mode) throws IOException {
    Path directory = target.resolve(relative);
    LocalFiles.makeDirectories(target, directory, owner);
    LocalFiles.setMode(directory, mode);
    owner.give(directory);
  }

  /** Fetches and writes everything that is wanted. */
  void writeFiles(ManifestReader manifest) {
    int from = 0;
    while (from < backup.packs().packs()) {
      int to = endOfBatch(from);
      RunTable runs = runs(manifest, from, to);
      FileAssembler assembler =
          new FileAssembler(
              runs,
              file -> backup.place(target, file),
              backup.table()::isOverlaid,
              checksums,
              written);
      workers.forEach(
          new FetchUnits(backup.packs(), runs, from, to, UNIT_BYTES),
          unit -> write(unit, assembler));
      from = to;
    }
  }

  private int endOfBatch(int from) {
    long runs = 0;
    int to = from;
    while (to < backup.packs().packs()) {
      runs += backup.runsOfPack(to);
      if (to > from && runs > RUNS_AT_ONCE) {
        break;
      }
      to++;
    }
    return to;
  }

  private RunTable runs(ManifestReader manifest, int from, int to) {
    RunTable runs = new RunTable();
    manifest.forEach(
        new ManifestVisitor() {
          private int number;

          @Override
          public void file(FileEntry file) {
            int current = number++;
            if (backup.isFetched(current)) {
              for (Run run : file.runs()) {
                add(run, current);
              }
            }
          }

          private void add(Run run, int file) {
            if (run.pack() >= from && run.pack() < to) {
              long start = backup.packs().start(run.pack(), run.frame()) + run.frameOffset();
              runs.add(run.pack(), start, run.length(), file, run.fileOffset());
            }
          }
        });
    runs.sort();
    return runs;
  }

  private void write(FetchUnits.Unit unit, FileAssembler assembler) {
    try (FileAssembler.Hand hand = assembler.hand()) {
      backup
          .packs()
          .fetch(
              unit.pack(),
              unit.firstFrame(),
              unit.lastFrame(),
              (frame, content) -> {
                workers.check();
                hand.frame(unit.pack(), backup.packs().start(unit.pack(), frame), content);
              });
    }
  }

  /**
   * Verifies every file and makes it durable, then every directory. What makes them durable is the
   * force of each; where there are many, the file systems are asked before to write everything back
   * at once, so that it finds next to nothing to do.
   *
   * @param forces waits for that many forces at once, whatever their number of processors
   */
  void finish(Workers forces) {
    FileFinisher finisher =
        new FileFinisher(backup.table(), file -> backup.place(target, file), checksums, owner);
    LongAdder complete = new LongAdder();
    workers.forEach(
        wanted().iterator(),
        file -> {
          finisher.complete(file);
          complete.increment();
        });
    Set<Path> directories = directories();
    if (complete.sum() >= MANY) {
      new WriteBack("sync").ask(directories, forces::check);
    }
    forces.forEach(
        wanted().iterator(),
        file -> {
          finisher.force(file);
          finished.increment();
        });
    forces.forEach(directories.iterator(), DirectoryWriter::sync);
  }

  private Set<Path> directories() {
    Set<Path> all = new LinkedHashSet<>();
    backup.directories().forEach(entry -> all.add(target.resolve(entry.path())));
    backup.moved().values().forEach(place -> all.add(LocalFiles.parent(target.resolve(place))));
    all.addAll(madeBesides);
    all.removeIf(directory -> !Files.isDirectory(directory));
    all.add(target);
    return all;
  }

  private static void sync(Path directory) {
    LocalFiles.attempt(
        "making durable",
        directory,
        () -> {
          LocalFiles.syncDirectory(directory);
          return directory;
        });
  }
}
