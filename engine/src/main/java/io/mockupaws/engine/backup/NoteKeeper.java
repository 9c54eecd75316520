package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.BackupNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Notes what is stored while a backup runs, so that a later one can take it over should this one
 * break off. Safe for use by many threads; each has a {@link Lane} of its own.
 */
final class NoteKeeper {
  private final BackupNotes notes;
  private final BackupNote.Attempt attempt;
  private final SuspectPages suspects;
  private final Consumer<String> warnings;
  private final AtomicLong noted = new AtomicLong();

  NoteKeeper(
      BackupNotes notes,
      BackupNote.Attempt attempt,
      SuspectPages suspects,
      Consumer<String> warnings) {
    this.notes = notes;
    this.attempt = attempt;
    this.suspects = suspects;
    this.warnings = warnings;
  }

  /** For one worker, whose packs take its files in order. */
  final class Lane {
    private final List<FileEntry> pending = new ArrayList<>();

    /** A file was read to its end: its bytes lie in packs that were stored, and in the open one. */
    void file(Listing.Listed listed, FileEntry entry) {
      boolean whole = entry.size() == listed.size() && !suspects.has(entry.path());
      if (whole && Leftovers.eligible(entry.path(), entry.size()).isPresent()) {
        pending.add(entry);
      }
    }

    /** The open pack was stored, and with it all of the files so far. */
    void stored(int number, PackTable pack) {
      try {
        notes.write(new BackupNote(attempt, number, pack, pending));
        noted.addAndGet(pending.stream().mapToLong(FileEntry::size).sum());
      } catch (Failure e) {
        warnings.accept("should this backup break off, less of it can be used: " + e.what());
      }
      pending.clear();
    }
  }

  Lane lane() {
    return new Lane();
  }

  /** Bytes of the files that a later backup may take over. */
  long noted() {
    return noted.get();
  }

  /** Whether what was stored is of use to a later backup, after that failure. */
  boolean isOfUse(RuntimeException cause) {
    return noted() > 0 && cause instanceof Failure failure && mayGoOn(failure);
  }

  /** Whether the fault is none of the server's history or of its WAL. */
  private static boolean mayGoOn(Failure failure) {
    return switch (failure.code()) {
      case DATABASE_COPIED,
          OTHER_LIFE,
          FOREIGN_CLUSTER,
          SERVER_CHANGED,
          WAL_DAMAGED,
          WAL_HOLE,
          INTERNAL ->
          false;
      default -> true;
    };
  }

  /** Nobody shall take over what this backup stored. */
  void forget() {
    notes.delete(attempt.id());
  }
}
