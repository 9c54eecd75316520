package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The right to write for a cluster in one role, kept in the repository with nothing but
 * create-if-absent: objects are numbered, the highest number counts, and whoever creates the next
 * one holds the lease. The holder creates one every third of the term. Another may do so when the
 * last one let go, when its process is known to be gone, or when no newer object was seen during a
 * whole term of the watcher's own clock: no two hosts' clocks are compared.
 */
public final class Lease implements Right, AutoCloseable {
  public static final Duration TERM = Duration.ofSeconds(30);

  /** As long as a patient caller waits for a store. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final ClusterRepository cluster;
  private final LeaseRole role;
  private final LeaseRecord record;
  private final LeaseTimer timer;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread renewal;
  private final AtomicLong number;
  private volatile long heldUntilNanos;
  private volatile boolean lost;

  private Lease(
      ClusterRepository cluster,
      LeaseRole role,
      LeaseRecord record,
      LeaseTimer timer,
      long number,
      long sinceNanos) {
    this.timer = timer;
    this.cluster = cluster;
    this.role = role;
    this.record = record;
    this.number = new AtomicLong(number);
    this.heldUntilNanos = sinceNanos + TERM.toNanos();
    this.renewal = Thread.ofVirtual().name("lease-" + role.word()).start(this::renew);
  }

  static Lease acquire(
      ClusterRepository cluster,
      LeaseRole role,
      Duration wait,
      SecureRandom random,
      LeaseTimer timer) {
    byte[] token = new byte[16];
    random.nextBytes(token);
    LeaseRecord mine =
        new LeaseRecord(
            HexFormat.of().formatHex(token), LeaseHolder.self(), TERM, /* released= */ false);
    long begin = timer.nanos();
    long deadline = begin + wait.toNanos();
    List<Long> seenNumbers = List.of();
    long seenSince = begin;
    while (true) {
      long now = timer.nanos();
      List<Word> words = newestWords(cluster, role);
      List<Long> numbers = words.stream().map(Word::number).toList();
      if (!numbers.equals(seenNumbers)) {
        seenNumbers = numbers;
        seenSince = now;
      }
      long newestNumber = numbers.stream().max(Long::compare).orElse(0L);
      long silent = now - seenSince;
      boolean free =
          words.stream().allMatch(word -> word.record().filter(r -> isFree(r, silent)).isPresent());
      if (free
          && cluster.put(key(cluster, role, newestNumber + 1), ObjectKind.RECORD, mine.encode())
              == CreateOutcome.CREATED
          && settle(cluster, role, newestNumber + 1)
          && isAlone(cluster, role, newestNumber + 1, mine)) {
        return new Lease(cluster, role, mine, timer, newestNumber + 1, now);
      }
      if (now - deadline >= 0) {
        throw held(role, words, silent);
      }
      timer.pause(Math.min(Duration.ofMillis(500).toNanos(), Math.max(1, deadline - now)));
    }
  }

  /**
   * Whether the newest word of a lease is neither its end nor that of a process that is gone; of
   * several stores any one's newest word counts.
   */
  static boolean isHeld(ClusterRepository cluster, LeaseRole role) {
    return newestWords(cluster, role).stream()
        .flatMap(word -> word.record().stream())
        .anyMatch(record -> !isFree(record, 0));
  }

  /**
   * Whether whoever holds a lease renews it, as one does that lives: watched for a whole term,
   * unless it is renewed before. One that died on another host holds it without a sign of life.
   */
  static boolean isRenewed(ClusterRepository cluster, LeaseRole role, LeaseTimer timer) {
    List<Word> first = newestWords(cluster, role);
    if (isFree(first)) {
      return false;
    }
    List<Long> numbers = first.stream().map(Word::number).toList();
    long begin = timer.nanos();
    while (timer.nanos() - begin <= TERM.toNanos()) {
      timer.pause(Duration.ofSeconds(1).toNanos());
      List<Word> words = newestWords(cluster, role);
      if (!words.stream().map(Word::number).toList().equals(numbers)) {
        return !isFree(words);
      }
    }
    return false;
  }

  /** A word that was removed since it was listed has a newer one behind it. */
  private static boolean isFree(List<Word> words) {
    return words.stream().allMatch(word -> word.record().filter(r -> isFree(r, 0)).isPresent());
  }

  /** Who holds a lease, for messages; empty when nobody does. */
  static Optional<String> holder(ClusterRepository cluster, LeaseRole role) {
    return newestWords(cluster, role).stream()
        .flatMap(word -> word.record().stream())
        .filter(record -> !isFree(record, 0))
        .map(record -> record.holder().toString())
        .findFirst();
  }

  /** The newest word in one store; the record is empty when a newer one came meanwhile. */
  private record Word(long number, Optional<LeaseRecord> record) {}

  /**
   * One of each store that can be reached and has any: a writer that reaches one of them alone
   * counts its numbers apart from those in the others.
   */
  private static List<Word> newestWords(ClusterRepository cluster, LeaseRole role) {
    return cluster
        .copies(
            objects -> {
              List<ObjectKey> keys = new ArrayList<>();
              objects
                  .store()
                  .forEach(cluster.prefix() + prefix(role), "", object -> keys.add(object.key()));
              return keys.isEmpty()
                  ? Optional.<Word>empty()
                  : Optional.of(word(objects, keys.getLast()));
            })
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Word word(SealedObjects objects, ObjectKey key) {
    try {
      LeaseRecord record = LeaseRecord.decode(key, objects.get(key, ObjectKind.RECORD));
      return new Word(number(key), Optional.of(record));
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return new Word(number(key), Optional.empty());
      }
      throw e;
    }
  }

  private static boolean isFree(LeaseRecord other, long silentNanos) {
    return other.released() || other.holder().isGone() || silentNanos > other.term().toNanos();
  }

  /** Two who reach different stores can each make one number: then neither holds the lease. */
  private static boolean isAlone(
      ClusterRepository cluster, LeaseRole role, long number, LeaseRecord mine) {
    return words(cluster, key(cluster, role, number)).stream()
        .allMatch(word -> word.token().equals(mine.token()));
  }

  /** What each store that can be reached says under a number; none when it was removed. */
  private static List<LeaseRecord> words(ClusterRepository cluster, ObjectKey key) {
    try {
      return cluster.copies(key, ObjectKind.RECORD).stream()
          .map(bytes -> LeaseRecord.decode(key, bytes))
          .toList();
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return List.of();
      }
      throw e;
    }
  }

  private static Failure held(LeaseRole role, List<Word> words, long silent) {
    String holder =
        words.stream()
            .flatMap(word -> word.record().stream())
            .filter(record -> !isFree(record, silent))
            .findFirst()
            .map(record -> record.holder().toString())
            .orElse("another process");
    return new Failure(
        ErrorCode.LEASE_HELD,
        holder + " holds the " + role.word() + " lease of this cluster",
        "let it finish or stop it; if it died on another host, the lease ends "
            + TERM.toSeconds()
            + " s after its last sign of life");
  }

  private void renew() {
    long interval = TERM.toMillis() / 3;
    while (!lost && !await(interval)) {
      long begin = timer.nanos();
      try {
        ObjectKey next = key(cluster, role, number.get() + 1);
        if (cluster.put(next, ObjectKind.RECORD, record.encode()) == CreateOutcome.EXISTS
            && read(cluster, next).filter(r -> r.token().equals(record.token())).isEmpty()) {
          lost = true;
          return;
        }
        if (!settle(cluster, role, number.get() + 1)) {
          lost = true;
          return;
        }
        number.incrementAndGet();
        heldUntilNanos = begin + TERM.toNanos();
      } catch (Failure e) {
        // The store is away: the term runs on, and check() fails once it is over.
        interval = 1000;
        continue;
      }
      interval = TERM.toMillis() / 3;
    }
  }

  private boolean await(long millis) {
    try {
      return timer.await(stop, Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * To be called before each write that only the holder may make.
   *
   * @throws Failure LEASE_LOST
   */
  @Override
  public void check() {
    if (lost || timer.nanos() - heldUntilNanos >= 0) {
      throw new Failure(
          ErrorCode.LEASE_LOST,
          "the " + role.word() + " lease of this cluster was lost: it could not be renewed in time",
          "look for another mockupaws that writes for this cluster, then start again");
    }
  }

  @Override
  public void await(BooleanSupplier stopped) {
    long begin = timer.nanos();
    while (!lost
        && timer.nanos() - heldUntilNanos >= 0
        && timer.nanos() - begin <= PATIENCE.toNanos()
        && !stopped.getAsBoolean()) {
      timer.pause(LOOK.toNanos());
    }
    check();
  }

  /** Renews it no more, without a word: it ends with this process, or when its term is over. */
  public void leave() {
    stop.countDown();
  }

  /** Lets go, so that another need not wait. */
  @Override
  public void close() {
    stop.countDown();
    try {
      renewal.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!lost) {
      LeaseRecord released = new LeaseRecord(record.token(), record.holder(), TERM, true);
      if (cluster.put(key(cluster, role, number.get() + 1), ObjectKind.RECORD, released.encode())
          == CreateOutcome.CREATED) {
        settle(cluster, role, number.get() + 1);
      }
    }
  }

  private static String prefix(LeaseRole role) {
    return "lease/" + role.word() + "/";
  }

  private static ObjectKey key(ClusterRepository cluster, LeaseRole role, long number) {
    return cluster.key(prefix(role) + String.format("%016x", number));
  }

  private static long number(ObjectKey key) {
    return Long.parseUnsignedLong(key.fileName(), 16);
  }

  /** Empty when the object was removed since it was listed: a newer one is there. */
  private static Optional<LeaseRecord> read(ClusterRepository cluster, ObjectKey key) {
    try {
      return Optional.of(LeaseRecord.decode(key, cluster.get(key, ObjectKind.RECORD)));
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Removes the objects under {@code number}, which say nothing any more. False when there is a
   * higher one: a holder that slept could otherwise create a number that its successor has passed
   * and removed.
   */
  static boolean settle(ClusterRepository cluster, LeaseRole role, long number) {
    boolean highest = true;
    for (ObjectInfo object : cluster.list(prefix(role))) {
      long other = number(object.key());
      highest &= other <= number;
      if (other < number) {
        cluster.delete(object.key());
      }
    }
    return highest;
  }
}
