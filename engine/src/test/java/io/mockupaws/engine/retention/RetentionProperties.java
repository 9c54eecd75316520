package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Random histories of backups and WAL, a segment every six hours, with a fork or without: whatever
 * the rules say, what is promised stays.
 */
class RetentionProperties {
  private static final int SEGMENT = 16 << 20;
  private static final Duration STEP = Duration.ofHours(6);
  private static final Instant ZERO = Instant.parse("2024-12-25T00:00:00Z");
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);

  /** A history up to its end. */
  private record World(
      List<KnownBackup> backups, int steps, int fork, RetentionRules rules, Instant now) {
    static World of(long seed, int steps) {
      Random random = new Random(seed);
      int fork = random.nextBoolean() ? random.nextInt(steps) : steps;
      List<KnownBackup> backups = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(3) == 0) {
          backups.add(backup(random, step, step < fork ? ONE : TWO));
          while (random.nextInt(4) == 0) {
            backups.add(consolidated(backups.getLast(), random, step));
          }
        }
      }
      RetentionRules rules =
          new RetentionRules(
              new Term(1 + random.nextInt(30), ChronoUnit.DAYS),
              new Term(1 + random.nextInt(12), ChronoUnit.WEEKS),
              new Term(1 + random.nextInt(12), ChronoUnit.MONTHS),
              new Term(1 + random.nextInt(7), ChronoUnit.YEARS),
              new Term(1 + random.nextInt(10), ChronoUnit.DAYS),
              1 + random.nextInt(7));
      Instant now = time(steps).plus(STEP.multipliedBy(random.nextInt(60)));
      return new World(backups, steps, fork, rules, now);
    }

    private static KnownBackup backup(Random random, int step, Timeline timeline) {
      return new KnownBackup(
          BackupId.of(time(step), BackupKind.FULL, random),
          timeline,
          lsn(step).plus(SEGMENT / 4),
          lsn(step).plus(SEGMENT / 2),
          time(step).plus(STEP.dividedBy(2)),
          random.nextInt(6) != 0,
          random.nextInt(4) != 0,
          Optional.empty());
    }

    private static KnownBackup consolidated(KnownBackup before, Random random, int step) {
      return new KnownBackup(
          BackupId.of(time(step), BackupKind.INCREMENTAL, random),
          before.timeline(),
          before.start(),
          before.stop(),
          before.stoppedAt(),
          before.whole(),
          before.clean(),
          Optional.of(before.id()));
    }

    static Instant time(int step) {
      return ZERO.plus(STEP.multipliedBy(step));
    }

    static Lsn lsn(int step) {
      return new Lsn((long) step * SEGMENT);
    }

    Timeline timeline(int step) {
      return step < fork ? ONE : TWO;
    }

    SegmentName segment(int step) {
      return SegmentName.containing(timeline(step), lsn(step), SEGMENT);
    }

    Instant stored(int step) {
      return time(step + 1);
    }

    Ways ways() {
      Map<Timeline, Instant> stored = new TreeMap<>();
      for (int step = 0; step < steps; step++) {
        stored.put(timeline(step), stored(step));
      }
      TimelineHistory history =
          new TimelineHistory(TWO, List.of(new TimelineHistory.Switch(ONE, lsn(fork), "forked")));
      return new Ways(Map.of(TWO, history), stored);
    }

    Set<Timeline> timelines() {
      Set<Timeline> all = new HashSet<>();
      for (int step = 0; step < steps; step++) {
        all.add(timeline(step));
      }
      return all;
    }

    List<KnownBackup> kept(List<KnownBackup> of) {
      Set<BackupId> stay = new HashSet<>();
      new BackupRules(of, rules, now, ways(), Map.of())
          .fates().stream().filter(BackupFate::stays).forEach(fate -> stay.add(fate.id()));
      return of.stream().filter(backup -> stay.contains(backup.id())).toList();
    }

    Instant begin() {
      return rules.wal().before(now);
    }

    WalRules wal(List<KnownBackup> kept) {
      return new WalRules(kept, begin(), ways(), timelines());
    }

    /**
     * Whether a good backup leads to the end of a step by WAL that stays.
     *
     * @param wal empty while all of it is there
     */
    boolean isReached(int step, List<KnownBackup> backups, Optional<WalRules> wal) {
      return backups.stream()
          .filter(KnownBackup::whole)
          .filter(backup -> !backup.stop().isAfter(lsn(step + 1)))
          .filter(backup -> ways().leads(backup, timeline(step)))
          .anyMatch(
              backup ->
                  wal.isEmpty()
                      || allStays((int) (backup.start().value() / SEGMENT), step, wal.get()));
    }

    private boolean allStays(int from, int to, WalRules wal) {
      for (int step = from; step <= to; step++) {
        if (!wal.stays(segment(step), stored(step))) {
          return false;
        }
      }
      return true;
    }
  }

  @Property(tries = 500)
  void everyMomentOfTheWindowAndTheNewestStayRecoverable(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    World world = World.of(seed, steps);
    List<KnownBackup> kept = world.kept(world.backups());
    WalRules after = world.wal(kept);
    for (int step = 0; step < steps; step++) {
      boolean promised = !World.time(step + 1).isBefore(world.begin()) || step == steps - 1;
      boolean was = world.isReached(step, world.backups(), Optional.empty());
      if (promised && was) {
        assertThat(world.isReached(step, kept, Optional.of(after)))
            .as("step %d of %s", step, world)
            .isTrue();
      }
    }
  }

  @Property(tries = 500)
  void whatAKeptBackupNeedsStays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    World world = World.of(seed, steps);
    List<KnownBackup> kept = world.kept(world.backups());
    WalRules wal = world.wal(kept);
    for (KnownBackup backup : kept) {
      int step = (int) (backup.start().value() / SEGMENT);
      assertThat(wal.stays(world.segment(step), world.stored(step))).as("%s", backup).isTrue();
    }
  }

  @Property(tries = 500)
  void neverFewerThanTheMinimumAndNeverLessWhenDoneAgain(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    World world = World.of(seed, steps);
    List<KnownBackup> kept = world.kept(world.backups());
    // a backup and its consolidations have one content
    long good = contents(world.backups());
    assertThat(contents(kept)).isGreaterThanOrEqualTo(Math.min(good, world.rules().minimum()));
    assertThat(world.kept(kept)).isEqualTo(kept);
    WalRules once = world.wal(kept);
    WalRules again = world.wal(world.kept(kept));
    for (int step = 0; step < steps; step++) {
      SegmentName segment = world.segment(step);
      assertThat(again.stays(segment, world.stored(step)))
          .isEqualTo(once.stays(segment, world.stored(step)));
    }
  }

  /** Whatever expired before, and whatever is held. */
  @Property(tries = 500)
  void whatIsHeldOrWaitsIsNotSweptAndKeepsItsWal(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int steps,
      @ForAll @IntRange(min = 0, max = 60) int grace) {
    World world = World.of(seed, steps);
    Random random = new Random(seed + 1);
    Map<BackupId, String> holds = new TreeMap<>();
    Map<BackupId, Instant> expired = new TreeMap<>();
    for (KnownBackup backup : world.backups()) {
      if (random.nextInt(5) == 0) {
        holds.put(backup.id(), "held");
      }
      if (random.nextInt(3) == 0) {
        expired.put(backup.id(), world.now().minus(Duration.ofHours(random.nextInt(60))));
      }
    }
    List<BackupFate> fates =
        new BackupRules(world.backups(), world.rules(), world.now(), world.ways(), holds).fates();
    Duration time = Duration.ofHours(grace);
    Parting parting = Parting.of(world.backups(), fates, expired, world.now(), time);

    assertThat(parting.keptIds()).containsAll(holds.keySet());
    assertThat(parting.swept()).noneMatch(parting.keptIds()::contains);
    for (BackupId swept : parting.swept()) {
      Instant since = expired.getOrDefault(swept, world.now());
      assertThat(since.plus(time)).isBeforeOrEqualTo(world.now());
    }
    assertThat(parting.remaining().size() + parting.swept().size())
        .isEqualTo(world.backups().size());
    List<KnownBackup> remaining = new ArrayList<>(parting.kept());
    remaining.addAll(parting.waitingBackups());
    WalRules wal = world.wal(remaining);
    for (KnownBackup backup : world.backups()) {
      int step = (int) (backup.start().value() / SEGMENT);
      if (!parting.swept().contains(backup.id())) {
        assertThat(wal.stays(world.segment(step), world.stored(step))).as("%s", backup).isTrue();
      }
    }
  }

  private static long contents(List<KnownBackup> backups) {
    return backups.stream().filter(KnownBackup::whole).map(KnownBackup::stop).distinct().count();
  }

  @Property(tries = 500)
  void corruptPagesNeverDisplaceACleanBackup(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    World world = World.of(seed, steps);
    List<KnownBackup> kept = world.kept(world.backups());
    Instant since = world.rules().daily().before(world.now());
    for (KnownBackup backup : world.backups()) {
      boolean candidate =
          backup.whole()
              && backup.clean()
              && !backup.stoppedAt().isBefore(since.plus(Duration.ofDays(1)));
      if (candidate) {
        assertThat(kept)
            .as("a clean one of the day of %s", backup)
            .anyMatch(
                other ->
                    other.clean()
                        && other.whole()
                        && Tier.DAILY
                            .periodOf(other.stoppedAt())
                            .equals(Tier.DAILY.periodOf(backup.stoppedAt())));
      }
    }
  }
}
