package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.restore.RestoreForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A day of a stream that takes backups by itself of a server with a corrupt page, by a clock of its
 * own: each of them has that page, and a recovery begins with an older one without it.
 */
class OwnBackupsTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-04-07T00:00:00Z");
  private static final Timeline ONE = new Timeline(1);
  private static final Hole HOLE =
      new Hole(ONE, new Lsn(1 << 24), new Lsn(2 << 24), Hole.Kind.MISSING, "a lost slot");

  private Instant now = MIDNIGHT;
  private Lsn stored = new Lsn(5L << 24);
  private int shed;
  private List<Hole> holes = List.of();
  private final List<Instant> taken = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** What was taken and is used by the next recovery. */
  private Optional<ManifestHead> used = Optional.of(head(0, new Lsn(1)));

  private boolean corrupt = true;
  private Duration objective = Duration.ofMinutes(30);
  private final Set<BackupRequest.Kind> kinds = EnumSet.noneOf(BackupRequest.Kind.class);

  private static ManifestHead head(int number, Lsn start) {
    return new ManifestHead(
        id(number),
        BackupKind.FULL,
        "c",
        1,
        150000,
        ONE,
        start,
        start.plus(8),
        MIDNIGHT,
        MIDNIGHT.plusSeconds(20),
        1 << 24,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        List.of());
  }

  private static BackupId id(int number) {
    return new BackupId(String.format("20260407T120000Z-full-%04x", number));
  }

  private final class Made implements OwnBackups {
    @Override
    public BackupId take(BackupRequest.Kind kind) {
      taken.add(now);
      kinds.add(kind);
      if (!corrupt) {
        used = Optional.of(head(taken.size(), stored));
      }
      return id(taken.size());
    }

    @Override
    public Optional<String> consolidate(BackupId backup, BooleanSupplier yields) {
      return Optional.empty();
    }

    @Override
    public void cancel() {}

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public StreamState stream() {
      return state();
    }

    @Override
    public Thread start(String name, Runnable work) {
      Thread thread = Thread.ofVirtual().name(name).start(work);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return thread;
    }
  }

  private StreamState state() {
    return new StreamState(
        StreamState.Phase.STREAMING,
        Optional.of(ONE),
        stored,
        stored,
        stored,
        stored,
        0,
        Duration.ZERO,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        holes,
        false,
        List.of(),
        Optional.empty(),
        shed,
        0,
        Optional.empty(),
        0);
  }

  /** So much WAL that the half of an hour is not kept with a backup of midnight. */
  private Optional<RestoreForecast> forecast() {
    return used.map(
        head ->
            new RestoreForecast(
                head, stored, Rates.assumed().predict(0, 0, stored.minus(head.start()))));
  }

  private void day(Consumer<StreamState> look) {
    for (int second = 0; second < 86_400; second += 10) {
      now = MIDNIGHT.plusSeconds(second);
      stored = stored.plus(200 << 20);
      look.accept(state());
    }
  }

  private List<Duration> pauses() {
    return IntStream.range(1, taken.size())
        .mapToObj(i -> Duration.between(taken.get(i - 1), taken.get(i)))
        .toList();
  }

  /** The configuration was read again. */
  @Test
  void anObjectiveThatChangesIsGoneByFromThenOn() {
    corrupt = false;
    objective = Duration.ofDays(30);
    try (BackupForObjective maker = objective()) {
      day(state -> maker.look(state, notes::add));
      assertThat(taken).as("so much time is there").isEmpty();
      objective = Duration.ofMinutes(30);
      maker.look(state(), notes::add);
    }
    assertThat(taken).hasSize(1);
  }

  /** As often as is needed, but never two within a tenth of the objective. */
  @Test
  void forTheObjectiveSoManyAreTakenAsAreOfUse() {
    corrupt = false;
    try (BackupForObjective maker = objective()) {
      day(state -> maker.look(state, notes::add));
    }
    assertThat(pauses()).isNotEmpty().allMatch(p -> p.compareTo(Duration.ofMinutes(3)) >= 0);
    assertThat(taken).hasSizeBetween(20, 60);
    assertThat(kinds).containsExactly(BackupRequest.Kind.AUTO);
  }

  @Test
  void forTheObjectiveOnesWithCorruptPagesAreTakenFewerAndFewer() {
    try (BackupForObjective maker = objective()) {
      day(state -> maker.look(state, notes::add));
    }
    assertThat(notes).anyMatch(note -> note.contains("would begin with another backup all the"));
    assertThat(taken).as("in a day").hasSizeBetween(2, 55);
    assertThat(pauses().subList(8, pauses().size()))
        .allMatch(pause -> pause.compareTo(Duration.ofMinutes(30)) > 0);
  }

  private BackupForObjective objective() {
    return new BackupForObjective(new Made(), this::forecast, () -> objective);
  }

  /** One with a corrupt page brings back what lies behind the hole, too. */
  @Test
  void behindAHoleOneIsTaken() {
    holes = List.of(HOLE);
    try (BackupBehindHole maker =
        new BackupBehindHole(new Made(), () -> taken.isEmpty() ? holes : List.of())) {
      day(state -> maker.look(state, notes::add));
    }
    assertThat(taken).hasSize(1);
    assertThat(kinds)
        .as("WAL over the hole does not come")
        .containsExactly(BackupRequest.Kind.FULL);
  }

  @Test
  void behindWhatWasShedOneIsTaken() {
    shed = 1;
    try (BackupBehindHole maker = new BackupBehindHole(new Made(), List::of)) {
      day(state -> maker.look(state, notes::add));
      assertThat(taken).hasSize(1);
      shed = 2;
      day(state -> maker.look(state, notes::add));
    }
    assertThat(taken).as("behind what was shed later").hasSize(2);
  }

  @Test
  void behindAHoleThatNoneCoversFewerAndFewerAreTaken() {
    holes = List.of(HOLE);
    try (BackupBehindHole maker = new BackupBehindHole(new Made(), () -> holes)) {
      day(state -> maker.look(state, notes::add));
    }
    assertThat(taken).hasSizeBetween(10, 35);
    assertThat(pauses().subList(8, pauses().size()))
        .allMatch(pause -> pause.compareTo(Duration.ofMinutes(59)) > 0);
  }
}
