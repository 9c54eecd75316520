package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a verification that was broken off had read and found whole, so that the next one of the
 * same extent goes on there. Kept in a place of this host, sealed as everything in the repository,
 * an object for each pack and segment, written when it was read to its end; a verification that
 * comes to its own end forgets all of it. What was not whole is never kept: it is read again, and
 * told again. Safe for use by many threads.
 *
 * <p>What is kept counts only for the object that was read: of the same size, time and random salt,
 * for the manifest that was read, and for {@link #LIMIT}.
 */
public final class Checked {
  /** How long it counts that something was whole. */
  public static final Duration LIMIT = Duration.ofDays(7);

  private static final String FOLDER = "verified/";

  private final ClusterRepository cluster;
  private final Optional<ClusterRepository> memory;
  private final String folder;
  private final InstantSource clock;
  private boolean failed;
  private long packs;
  private long packBytes;
  private long walBytes;
  private Optional<Instant> since = Optional.empty();

  private Checked(
      ClusterRepository cluster,
      Optional<ClusterRepository> memory,
      String folder,
      InstantSource clock) {
    this.cluster = cluster;
    this.memory = memory;
    this.folder = folder;
    this.clock = clock;
  }

  /** Nothing is known, and nothing is kept. */
  static Checked nothing(ClusterRepository cluster) {
    return new Checked(cluster, Optional.empty(), "", InstantSource.system());
  }

  /**
   * What an earlier run kept, and room for what this one reads.
   *
   * @param place of this host; the caller closes it
   * @param backup the one that is verified; empty for all
   * @throws io.mockupaws.store.StoreException when the place cannot be used
   */
  public static Checked in(
      ClusterRepository cluster, Store place, Optional<BackupId> backup, InstantSource clock) {
    String extent = backup.map(BackupId::value).orElse("all");
    Checked checked =
        new Checked(cluster, Optional.of(cluster.through(place)), FOLDER + extent + "/", clock);
    checked.removeOld();
    return checked;
  }

  /**
   * What of this run's work an earlier one had done.
   *
   * @param since when the first of it was read
   */
  public record TakenOver(long packs, long packBytes, long walBytes, Optional<Instant> since) {
    static final TakenOver NOTHING = new TakenOver(0, 0, 0, Optional.empty());
  }

  /** So far. */
  synchronized TakenOver takenOver() {
    return new TakenOver(packs, packBytes, walBytes, since);
  }

  /** Forgets what was kept for this extent. What cannot be removed ends with its time. */
  public void forget() {
    try {
      remove(folder, _ -> true);
    } catch (Failure e) {
      fail();
    }
  }

  private void removeOld() {
    Instant oldest = clock.instant().minus(LIMIT);
    remove(FOLDER, object -> object.modified().isBefore(oldest));
  }

  private void remove(String below, Predicate<ObjectInfo> which) {
    memory.ifPresent(
        place -> {
          List<ObjectKey> all = new ArrayList<>();
          place.forEach(
              below,
              object -> {
                if (which.test(object)) {
                  all.add(object.key());
                }
              });
          all.forEach(place::delete);
        });
  }

  /** A pack of a backup, before it is read. */
  Unit pack(BackupId backup, int number, ObjectKey key) {
    return unit("packs/" + backup + "/" + number, List.of(cluster.manifestKey(backup), key));
  }

  /** A finished segment, before it is read. */
  Unit segment(SegmentName segment, ObjectKey key) {
    return unit("wal/" + segment.fileName(), List.of(key));
  }

  private Unit unit(String name, List<ObjectKey> objects) {
    if (memory.isEmpty()) {
      return new Unit(name, "");
    }
    StringBuilder identity = new StringBuilder();
    for (ObjectKey key : objects) {
      Optional<ObjectInfo> info = cluster.store().stat(key);
      if (info.isEmpty()) {
        return new Unit(name, "");
      }
      byte[] header = cluster.store().read(key, 0, FrameReader.HEADER_BYTES);
      identity
          .append(key.value() + " " + info.get().size() + " " + info.get().modified() + " ")
          .append(HexFormat.of().formatHex(header) + "\n");
    }
    return new Unit(name, identity.toString());
  }

  /** Something that is read as a whole, as it was when it was looked up. */
  final class Unit {
    private final String name;
    private final String identity;

    private Unit(String name, String identity) {
      this.name = name;
      this.identity = identity;
    }

    private ObjectKey key(ClusterRepository place) {
      return place.key(folder + name);
    }

    /** What was kept of it, if that was of the same object and not too long ago. */
    Optional<CheckedNote> recall() {
      if (memory.isEmpty() || identity.isEmpty()) {
        return Optional.empty();
      }
      try {
        ObjectKey key = key(memory.get());
        if (memory.get().store().stat(key).isEmpty()) {
          return Optional.empty();
        }
        CheckedNote note = CheckedNote.decode(key, memory.get().get(key, ObjectKind.RECORD));
        Instant now = clock.instant();
        boolean counts =
            note.identity().equals(identity)
                && !note.at().isAfter(now)
                && note.at().isAfter(now.minus(LIMIT));
        return counts ? Optional.of(note) : Optional.empty();
      } catch (Failure e) {
        return Optional.empty(); // then it is read
      }
    }

    /** Keeps that it is whole. What cannot be kept is read again, and no failure. */
    void keep(CheckedNote.Shown shown) {
      if (memory.isEmpty() || identity.isEmpty() || hasFailed()) {
        return;
      }
      try {
        ClusterRepository place = memory.get();
        place.delete(key(place));
        CheckedNote note = new CheckedNote(identity, clock.instant(), shown);
        place.put(key(place), ObjectKind.RECORD, note.encode());
      } catch (Failure e) {
        fail();
      }
    }

    /** Counts it as taken over. */
    void takenOver(CheckedNote note, long ofPack, long ofWal) {
      synchronized (Checked.this) {
        packs += ofPack > 0 ? 1 : 0;
        packBytes += ofPack;
        walBytes += ofWal;
        since = since.filter(first -> first.isBefore(note.at())).or(() -> Optional.of(note.at()));
      }
    }
  }

  private synchronized boolean hasFailed() {
    return failed;
  }

  private synchronized void fail() {
    failed = true;
  }
}
