package io.mockupaws.engine.backup;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.Run;
import io.mockupaws.engine.repository.PackSet;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Puts unchanged files of broken-off backups into the manifest of this one. Used by one thread;
 * afterwards {@link #isTaken} by many.
 */
final class Takeover {
  private final Listing listing;
  private final BitSet taken = new BitSet();
  private final TreeSet<BackupId> backups = new TreeSet<>();
  private long bytes;

  Takeover(Listing listing) {
    this.listing = listing;
  }

  /** Enters every file of the listing that is left over. */
  void enter(Leftovers leftovers, PackSet packs, ManifestLog log) {
    Map<BackupId, Map<Integer, Integer>> numbers = new HashMap<>();
    for (int file = 0; file < listing.limit(); file++) {
      Optional<Leftover> leftover = match(listing, file, leftovers);
      if (leftover.isPresent()) {
        Leftover found = leftover.get();
        Map<Integer, Integer> known = numbers.computeIfAbsent(found.backup(), _ -> new HashMap<>());
        log.add(entry(found, listing.file(file), packs, known));
        taken.set(file);
        bytes += listing.size(file);
        backups.add(found.backup());
      }
    }
  }

  /** What is left over of a file, going by its size and time. */
  static Optional<Leftover> match(Listing listing, int file, Leftovers leftovers) {
    return listing.isLeft(file) || listing.size(file) < Leftovers.SMALLEST || leftovers.isEmpty()
        ? Optional.empty()
        : leftovers.of(listing.path(file)).filter(one -> one.mayBe(listing.file(file)));
  }

  /** The stored bytes under this backup's numbers of packs, with what the file is like by now. */
  private static FileEntry entry(
      Leftover leftover, Listing.Listed listed, PackSet packs, Map<Integer, Integer> numbers) {
    FileEntry old = leftover.entry();
    List<Run> runs =
        old.runs().stream()
            .map(
                run -> {
                  int number =
                      numbers.computeIfAbsent(
                          run.pack(), pack -> packs.takeOver(leftover.pack(pack)));
                  return new Run(
                      run.fileOffset(), run.length(), number, run.frame(), run.frameOffset());
                })
            .toList();
    return new FileEntry(
        old.path(),
        FileEntry.Origin.DATA,
        old.size(),
        listed.mode(),
        listed.modified(),
        old.crc32c(),
        runs);
  }

  boolean isTaken(int file) {
    return taken.get(file);
  }

  TakenOver result(List<String> reasons) {
    return new TakenOver(
        backups.stream().map(BackupId::value).toList(), taken.cardinality(), bytes, reasons);
  }
}
