package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.thaw.Frozen;
import io.mockupaws.engine.thaw.FrozenObjects;
import io.mockupaws.engine.thaw.Thawing;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What a restore does where what it needs lies in a frozen class of storage. */
final class ThawOption {
  /** The plan that is made after hours may begin with another backup; that is thawed as well. */
  static final int ROUNDS = 3;

  /** Between two looks at first, and at most: thawing takes minutes at the least. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  @Option(
      names = "--thaw",
      paramLabel = "SPEED",
      arity = "0..1",
      fallbackValue = "standard",
      description =
          "have what lies in GLACIER or DEEP_ARCHIVE thawed, and wait for it: standard (default),"
              + " bulk or expedited, behind '='. Broken off and begun again, it goes on waiting")
  private Optional<Thaw> speed = Optional.empty();

  /** What of a backup is frozen. */
  static List<Frozen> look(Session session, ClusterRepository cluster, BackupId backup) {
    List<ObjectKey> packs = cluster.manifest(backup).packs().stream().map(PackTable::key).toList();
    return FrozenObjects.among(cluster.store(), packs, session.now());
  }

  /** In the answer; empty where everything can be read. */
  Optional<FrozenAnswer> answer(Collection<Frozen> frozen) {
    return frozen.isEmpty() ? Optional.empty() : Optional.of(FrozenAnswer.of(frozen, chosen()));
  }

  private Thaw chosen() {
    return speed.orElse(Thaw.STANDARD);
  }

  /**
   * Thaws what is frozen.
   *
   * @return whether anything was, so that time has passed since the plan was made
   * @throws Failure OBJECT_FROZEN without the option: nothing was asked for; RESTORE_INTERRUPTED
   */
  boolean thaw(Session session, Collection<Frozen> frozen) {
    if (frozen.isEmpty()) {
      return false;
    }
    FrozenAnswer answer = FrozenAnswer.of(frozen, chosen());
    demandWish(frozen);
    session.screen().say(answer.text());
    CountDownLatch asked = new CountDownLatch(1);
    session.parts().stop().watch(asked::countDown);
    try (ProgressLine line = session.progress()) {
      line.phase("thawing");
      if (!new Thawing(chosen(), new Pauses(line, asked)).run(frozen)) {
        throw new Failure(
            ErrorCode.RESTORE_INTERRUPTED,
            "the restore was stopped while it waited for what is being thawed",
            "the same command goes on waiting; nothing was touched");
      }
      return true;
    }
  }

  /**
   * Refuses what is frozen, with its time and price, whatever was asked for.
   *
   * @throws Failure OBJECT_FROZEN
   */
  void demandReadable(Collection<Frozen> frozen) {
    if (!frozen.isEmpty()) {
      throw refused(FrozenAnswer.of(frozen, chosen()));
    }
  }

  /**
   * Refuses what is frozen where nobody wants it thawed.
   *
   * @throws Failure OBJECT_FROZEN
   */
  void demandWish(Collection<Frozen> frozen) {
    if (speed.isEmpty()) {
      demandReadable(frozen);
    }
  }

  private static Failure refused(FrozenAnswer answer) {
    return new Failure(
        ErrorCode.OBJECT_FROZEN,
        answer.text(),
        "have it thawed: the same command with --thaw, --thaw=bulk (slower, cheaper) or"
            + " --thaw=expedited (minutes, from GLACIER alone); nothing was touched");
  }

  /** Waits longer from look to look, and no more when the end is asked for. */
  private static final class Pauses implements Thawing.Waiting {
    private final ProgressLine line;
    private final CountDownLatch asked;
    private Duration pause = FIRST_PAUSE;

    Pauses(ProgressLine line, CountDownLatch asked) {
      this.line = line;
      this.asked = asked;
    }

    @Override
    public boolean pause(long thawed, long of) {
      line.state(thawed + " of " + Units.count(of, "object"));
      try {
        if (asked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
      return true;
    }
  }
}
