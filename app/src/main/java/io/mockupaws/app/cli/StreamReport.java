package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Tells how a stream goes, on standard error: on a terminal one line that is rewritten; elsewhere a
 * line when something changes, and one a minute.
 */
final class StreamReport implements AutoCloseable {
  private static final Duration PLAIN_PAUSE = Duration.ofSeconds(60);

  private final Screen screen;
  private final InstantSource clock;
  private final ProgressLine line;
  private final Terminal terminal;
  private final String prefix;
  private Optional<StreamState.Phase> phase = Optional.empty();
  private Optional<String> trouble = Optional.empty();
  private List<String> behind = List.of();
  private Instant said;
  private boolean diskAlarm;
  private boolean unsummarised;
  private int shed;

  StreamReport(Screen screen, InstantSource clock) {
    this(screen, clock, screen.terminal(), "");
  }

  private StreamReport(Screen screen, InstantSource clock, Terminal terminal, String prefix) {
    this.screen = screen;
    this.clock = clock;
    this.terminal = terminal;
    this.prefix = prefix;
    this.line = new ProgressLine(screen.err(), terminal, clock);
    this.said = clock.instant();
  }

  /** In lines, on a terminal too, each behind a prefix. */
  static StreamReport lines(Screen screen, InstantSource clock, String prefix) {
    return new StreamReport(screen, clock, Terminal.none(), prefix);
  }

  void show(StreamState state) {
    Optional<String> error = state.lastError().map(StreamReport::text);
    if (error.isPresent() && !error.equals(trouble)) {
      tell(Units.time(clock.instant()) + " " + error.get());
    }
    trouble = error;
    stores(state);
    alarm(state);
    summaries(state);
    boolean changed = phase.filter(known -> known == state.phase()).isEmpty();
    phase = Optional.of(state.phase());
    if (terminal.err()) {
      line.phase(word(state.phase()), describe(state));
    } else if (changed || Duration.between(said, clock.instant()).compareTo(PLAIN_PAUSE) >= 0) {
      said = clock.instant();
      screen.say(prefix + Units.time(said) + " " + word(state.phase()) + describe(state));
    }
  }

  /** Said when it changes: a store that is away, one that is behind, and when all are whole. */
  private void stores(StreamState state) {
    List<String> now =
        state.stores().stream().filter(store -> !store.whole()).map(StreamReport::text).toList();
    if (!now.equals(behind)) {
      String time = Units.time(clock.instant()) + " ";
      now.forEach(text -> tell(time + text));
      if (now.isEmpty()) {
        tell(time + "every store has everything");
      }
    }
    behind = now;
  }

  private static String text(StreamState.OfStore store) {
    return "the store "
        + store.address()
        + store
            .away()
            .map(fault -> " is away: " + fault.what())
            .or(
                () ->
                    store
                        .conflict()
                        .map(
                            key ->
                                " has another object under "
                                    + key
                                    + " than the others: nothing is overwritten, and it stays"
                                    + " behind; next: mockupaws replicate --depth read --dry-run"))
            .orElse(
                " is behind: it is compared and caught up; mockupaws status says what it lacks");
  }

  /** Once: from then on incremental backups take a little longer, and nothing else. */
  private void summaries(StreamState state) {
    if (!unsummarised && state.unsummarised().isPresent()) {
      unsummarised = true;
      note(
          "a WAL segment has no summary of changes, and incremental backups read the segment"
              + " instead: "
              + state.unsummarised().get());
    }
  }

  /** When it begins, when it ends, and each time that WAL was given up. */
  private void alarm(StreamState state) {
    boolean alarmed = state.disk().filter(PrimaryDisk::alarm).isPresent();
    if (alarmed && !diskAlarm) {
      tell(Units.time(clock.instant()) + " ALARM " + DiskText.of(state.disk().get()));
    }
    if (!alarmed && diskAlarm && state.disk().isPresent()) {
      tell(Units.time(clock.instant()) + " the server's disk: " + DiskText.of(state.disk().get()));
    }
    diskAlarm = alarmed || (diskAlarm && state.disk().isEmpty());
    if (state.shed() > shed) {
      tell(
          Units.time(clock.instant())
              + " ALARM WAL was shed to protect the server's disk; the hole is on record, a backup"
              + " follows once the repository takes WAL");
      shed = state.shed();
    }
  }

  /** Something that happened beside the stream. */
  void note(String text) {
    tell(Units.time(clock.instant()) + " " + text);
  }

  private void tell(String text) {
    if (prefix.isEmpty()) {
      line.note(text);
    } else {
      screen.say(prefix + text);
    }
  }

  private static String text(Failure failure) {
    return failure.code().code() + " " + failure.code().slug() + ": " + failure.what();
  }

  private static String word(StreamState.Phase phase) {
    return switch (phase) {
      case CONNECTING -> "connecting";
      case COMPARING -> "comparing the server's WAL with the repository's";
      case STREAMING -> "streaming";
      case WAITING -> "waiting to connect again";
      case STOPPED -> "stopped";
      case FAILED -> "failed";
    };
  }

  private static String describe(StreamState state) {
    if (state.timeline().isEmpty()) {
      return "";
    }
    return ": "
        + state.stored()
        + " stored, behind by "
        + Units.bytes(state.lagBytes())
        + " and "
        + Units.duration(state.lag())
        + (state.synchronous() ? ", commits wait for it" : "")
        + storesBehind(state)
        + (state.holes().isEmpty() ? "" : ", " + Units.count(state.holes().size(), "hole"));
  }

  private static String storesBehind(StreamState state) {
    long behind = state.stores().stream().filter(store -> !store.whole()).count();
    return behind == 0 ? "" : ", " + Units.count(behind, "store") + " behind";
  }

  @Override
  public void close() {
    line.close();
  }
}
