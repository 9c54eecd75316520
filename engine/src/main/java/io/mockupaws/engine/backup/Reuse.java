package io.mockupaws.engine.backup;

import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.core.summary.ForkChanges;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.PackSet;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * What of an earlier backup a new one may use: of each file, which parts have to be read. Free
 * space maps and everything that is no relation are read whole, since not every change of theirs is
 * in the WAL; so are the visibility maps of relations of which anything changed, so that nothing
 * hangs on which records clear bits of theirs. Pages that were damaged then are read again. Where
 * the server was started since, so is every file that changed since: what was done to it while the
 * server was down is in no WAL. Safe for use by many threads.
 */
final class Reuse {
  /** Times of files may be whole seconds, and two clocks of one host a little apart. */
  private static final Duration RACY = Duration.ofSeconds(2);

  /** The clock of the files may be another host's than the server's. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

  private final Base base;
  private final int blockSize;
  private final int blocksPerFile;

  /** From when on files changed that the WAL does not answer for; empty where it does for all. */
  private final Optional<Instant> unwatched;

  private final Map<Integer, Integer> numbers = new HashMap<>();

  /** Pages that were damaged when the earlier backup read them, by file; numbers in their fork. */
  private final Map<String, NavigableSet<Long>> damaged = new HashMap<>();

  /**
   * With one earlier backup.
   *
   * @param blocksPerFile pages that a file of a relation holds before the next is begun
   * @param serverStarted when the server that is backed up was started
   */
  Reuse(Base base, int blockSize, int blocksPerFile, Instant serverStarted) {
    this.base = base;
    this.blockSize = blockSize;
    this.blocksPerFile = blocksPerFile;
    Instant begun = base.head().startedAt();
    this.unwatched =
        Optional.of(begun.minus(CLOCKS_APART)).filter(_ -> serverStarted.isAfter(begun));
    base.head()
        .corruptPages()
        .forEach(
            page -> damaged.computeIfAbsent(page.path(), _ -> new TreeSet<>()).add(page.block()));
  }

  static Reuse of(Base base, ServerFacts facts) {
    return new Reuse(base, facts.blockSize(), facts.blocksPerFile(), facts.postmasterStarted());
  }

  Base base() {
    return base;
  }

  /**
   * Whether a file may have been changed while the server was down, whatever the WAL says of it.
   *
   * @param statusChanged its ctime, which nobody can set back
   */
  boolean mayHaveChangedUnwatched(Instant statusChanged) {
    return unwatched.filter(from -> !statusChanged.isBefore(from)).isPresent();
  }

  /**
   * Which parts of a file have to be read; empty when it has to be read whole.
   *
   * @param size bytes of the file as it was listed
   */
  Optional<Parts> parts(String path, long size) {
    Optional<RelationPath> relation = RelationPath.parse(path).filter(this::isWatched);
    if (relation.isEmpty() || size == 0 || size % blockSize != 0) {
      return Optional.empty();
    }
    OptionalInt file = base.files().find(path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Parts parts = parts(relation.get(), path, size, file.getAsInt());
    return mostly(parts.bytes(), size) ? Optional.empty() : Optional.of(parts);
  }

  private boolean isWatched(RelationPath file) {
    return switch (file.fork()) {
      case FREE_SPACE -> false;
      case VISIBILITY ->
          base.changes().changes(file.relation(), Fork.MAIN).isEmpty()
              && base.changes().changes(file.relation(), Fork.VISIBILITY).isEmpty();
      case MAIN, INIT -> !file.isTemporary();
    };
  }

  /** Read whole, a file has a checksum of its own, and lies in one piece. */
  private static boolean mostly(long changed, long size) {
    return changed > size - size / 4;
  }

  private Parts parts(RelationPath relation, String path, long size, int file) {
    Parts.Builder parts = new Parts.Builder();
    ForkChanges changes = base.changes().changes(relation.relation(), relation.fork());
    long first = relation.firstBlock(blocksPerFile);
    long blocks = size / blockSize;
    long known = Math.min(blocks, base.files().size(file) / blockSize);
    BitSet wanted = new BitSet();
    changes.forEachRun(
        first,
        first + known,
        (at, count) -> wanted.set((int) (at - first), (int) (at - first + count)));
    // What was damaged then may have been mended since, without WAL.
    damaged.getOrDefault(path, Collections.emptyNavigableSet()).stream()
        .filter(block -> block >= first && block < first + known)
        .forEach(block -> wanted.set((int) (block - first)));
    for (int at = wanted.nextSetBit(0); at >= 0; ) {
      int behind = wanted.nextClearBit(at);
      parts.add((long) at * blockSize, (long) (behind - at) * blockSize);
      at = wanted.nextSetBit(behind);
    }
    if (known < blocks) {
      // Empty pages are added without WAL.
      parts.add(known * blockSize, (blocks - known) * blockSize);
    }
    return parts.of(file);
  }

  /**
   * Whether a file that was read whole is the earlier backup's: then its bytes need not be stored
   * again. A file that was changed shortly before that backup began may have been changed again in
   * the same second, and is not believed to be the same.
   *
   * @return the file's number there
   */
  OptionalInt same(Listing.Listed listed, long size, int crc32c) {
    OptionalInt file = base.files().find(listed.path());
    boolean same =
        file.isPresent()
            && base.files().size(file.getAsInt()) == size
            && !endsInItsChecksum(listed.path())
            && listed.modified().plus(RACY).isBefore(base.head().startedAt())
            && base.files().modifiedMillis(file.getAsInt()) == listed.modified().toEpochMilli()
            && base.files().crc32c(file.getAsInt()).equals(OptionalInt.of(crc32c));
    return same ? file : OptionalInt.empty();
  }

  /**
   * A CRC-32C over a file that ends in its own is the same whatever it holds: {@code RelMapFile}
   * (src/backend/utils/cache/relmapper.c), the states of two-phase transactions and of replication
   * origins.
   */
  private static boolean endsInItsChecksum(String path) {
    return path.endsWith("pg_filenode.map")
        || path.startsWith("pg_twophase/")
        || path.startsWith("pg_logical/");
  }

  /**
   * The runs of a file that was read in parts.
   *
   * @param fresh what was read, in order
   * @param size bytes of the file
   * @param packs of the backup in the making
   */
  List<Run> runs(int baseFile, List<Run> fresh, long size, PackSet packs) {
    BaseFiles files = base.files();
    return RunSplice.of(
        files.runs(baseFile), files.packs(), pack -> number(pack, packs), fresh, size);
  }

  /** Packs enter the new manifest when the first of their bytes is referred to. */
  private synchronized int number(int basePack, PackSet packs) {
    PackTable pack = base.files().packs().get(basePack);
    return numbers.computeIfAbsent(basePack, _ -> packs.referTo(pack));
  }
}
