package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.engine.cluster.Slots;
import io.mockupaws.engine.cluster.WalProduction;
import io.mockupaws.engine.journal.Arrivals;
import io.mockupaws.engine.journal.Behind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Whether WAL can be brought home as fast as it is written, and whether it is. */
final class WalChecks {
  private static final String STREAM = "run mockupaws stream as a service";

  private WalChecks() {}

  /** Bytes a second that the server writes: the most of now, the mean, and the busiest minutes. */
  static OptionalDouble production(
      ServerLook look, Optional<WalProduction> later, Optional<Arrivals> arrivals) {
    double most = -1;
    if (look.wal().isPresent()) {
      most = look.wal().get().mean().orElse(most);
      if (later.isPresent()) {
        most = Math.max(most, later.get().since(look.wal().get()).orElse(most));
      }
    }
    most = Math.max(most, arrivals.flatMap(Arrivals::peak).orElse(-1.0));
    return most < 0 ? OptionalDouble.empty() : OptionalDouble.of(most);
  }

  static Check carry(OptionalDouble production, OptionalDouble pace) {
    String id = "wal.carry";
    if (production.isEmpty() || pace.isEmpty()) {
      return Check.unknown(
          id,
          production.isEmpty()
              ? "how much WAL the server writes is not known"
              : "how fast the store takes it is not known");
    }
    double writes = production.getAsDouble();
    double carries = pace.getAsDouble();
    String text =
        "the server writes up to "
            + Amount.rate(writes)
            + " of WAL, an upload carries "
            + Amount.rate(carries);
    String next =
        "a faster way to the store or one that is nearer; wal_compression on the server;"
            + " a longer checkpoint_timeout and larger max_wal_size write fewer full pages";
    if (writes > carries) {
      return Check.failed(id, text + ": the repository falls behind", next);
    }
    return writes * 2 > carries
        ? Check.warning(id, text + ": less than twice as much", next)
        : Check.ok(id, text);
  }

  /**
   * Whether somebody streams through the slot of the cluster; empty when the server cannot tell.
   */
  static Optional<Boolean> streaming(Optional<ServerAddress> address, String slot) {
    if (address.isEmpty()) {
      return Optional.empty();
    }
    try (ServerSession session = ServerSession.open(address.get())) {
      return Optional.of(new Slots(session).find(slot).map(Slot::active).orElse(false));
    } catch (Failure e) {
      return Optional.empty();
    }
  }

  /**
   * Whether what runs can keep the objective.
   *
   * @param streaming whether somebody streams; empty when it cannot be told
   */
  static Check rpo(
      Duration rpo,
      Duration tail,
      Optional<Boolean> streaming,
      Optional<Behind> lag,
      Optional<ServerFacts> facts,
      Optional<Arrivals> arrivals,
      Instant now) {
    String id = "rpo.kept";
    String objective = "; the objective is " + Amount.time(rpo);
    if (streaming.isEmpty()) {
      return Check.unknown(id, "whether somebody streams cannot be told" + objective);
    }
    if (streaming.get()) {
      return streamed(id, rpo, tail, lag, objective);
    }
    Optional<Duration> archive = facts.flatMap(WalChecks::archiving);
    if (archive.isPresent()) {
      String text =
          "archive_command brings WAL at most every " + Amount.time(archive.get()) + objective;
      return archive.get().compareTo(rpo) > 0
          ? Check.failed(id, text, STREAM + ", or set archive_timeout = 60")
          : Check.ok(id, text);
    }
    if (arrivals.flatMap(Arrivals::newest).isEmpty()) {
      return Check.failed(
          id, "nobody streams, and no WAL came in within a day" + objective, STREAM);
    }
    Duration every = arrivals.get().longestPause(now);
    String text = "nobody streams; up to " + Amount.time(every) + " pass between WAL" + objective;
    return every.compareTo(rpo) > 0
        ? Check.failed(id, text, STREAM)
        : Check.warning(id, text, STREAM);
  }

  /** What is written behind a dump is lost until the next one, where nobody streams. */
  static Check dumps(Duration rpo, Optional<Duration> between) {
    String text =
        between
                .map(time -> "a dump is taken every " + Amount.time(time))
                .orElse("no dump is scheduled, and nobody streams")
            + "; the objective is "
            + Amount.time(rpo);
    return between.filter(time -> time.compareTo(rpo) <= 0).isPresent()
        ? Check.ok("rpo.kept", text)
        : Check.failed(
            "rpo.kept",
            text,
            "set schedule.logical to the interval that meets it, or objectives.rpo to what can be"
                + " kept");
  }

  private static Check streamed(
      String id, Duration rpo, Duration tail, Optional<Behind> lag, String objective) {
    if (tail.compareTo(rpo) > 0) {
      return Check.failed(
          id,
          "WAL may wait " + Amount.time(tail) + " for the repository" + objective,
          "set repository.tail below objectives.rpo");
    }
    Optional<Duration> behind = lag.flatMap(Behind::time);
    if (behind.filter(time -> time.compareTo(rpo) > 0).isPresent()) {
      return Check.failed(
          id,
          "the stream is " + Amount.time(behind.get()) + " behind" + objective,
          "see what stream says, and wal.carry");
    }
    return Check.ok(
        id,
        "WAL is streamed"
            + behind.map(time -> ", " + Amount.time(time) + " behind").orElse("")
            + objective);
  }

  /** How often our {@code wal push} is called at least, where {@code archive_command} names it. */
  private static Optional<Duration> archiving(ServerFacts facts) {
    boolean ours =
        !facts.setting("archive_mode").orElse("off").equals("off")
            && facts.setting("archive_command").filter(c -> c.contains("mockupaws")).isPresent();
    long seconds = Long.parseLong(facts.setting("archive_timeout").orElse("0"));
    return !ours
        ? Optional.empty()
        : Optional.of(seconds == 0 ? Duration.ofDays(1) : Duration.ofSeconds(seconds));
  }

  /** How far the repository is behind what the server had before the repository was listed. */
  static Optional<Behind> lag(ServerLook look, RepositoryChecks repository) {
    Optional<Lsn> end = repository.view().flatMap(view -> view.latestTimeline().flatMap(view::end));
    return look.position()
        .flatMap(at -> end.map(known -> Behind.of(at, known, repository.window())));
  }
}
