package io.mockupaws.app.cli;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.journal.Behind;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the stores that remain do not have.
 *
 * @param against what tells: {@code server} and {@code store} know exactly, {@code clock} knows
 *     only what it can be at the most
 * @param newest the newest moment that remains
 * @param asOf when it was looked
 * @param millis of time; empty where nothing remains
 * @param bytes of WAL; empty where only the clock tells
 */
record FailoverLoss(
    String against,
    Optional<Instant> newest,
    Instant asOf,
    Optional<Long> millis,
    Optional<Long> bytes) {
  private static final String CLOCK = "clock";

  /**
   * Looks.
   *
   * @param server where the cluster's server answers
   * @param first the first store, where it answers
   */
  static FailoverLoss of(
      JournalView rest,
      Window window,
      Optional<ServerPosition> server,
      Optional<StoreStanding> first,
      Instant now) {
    Optional<Instant> newest = window.to().map(Moment::time);
    Lsn end = rest.latestTimeline().flatMap(rest::end).orElse(new Lsn(0));
    if (server.isPresent()) {
      Behind behind = Behind.of(server.get(), end, Optional.of(window));
      return new FailoverLoss(
          "server",
          newest,
          now,
          behind.time().map(Duration::toMillis),
          Optional.of(behind.bytes()));
    }
    Optional<Lsn> firstEnd = FailoverStores.end(first.stream().toList());
    Optional<Instant> firstNewest = first.flatMap(StoreStanding::windowTo);
    if (firstEnd.isPresent() && firstNewest.isPresent()) {
      return new FailoverLoss(
          "store",
          newest,
          now,
          newest.map(time -> between(time, firstNewest.get())),
          Optional.of(Math.max(0, firstEnd.get().minus(end))));
    }
    return new FailoverLoss(
        CLOCK, newest, now, newest.map(time -> between(time, now)), Optional.empty());
  }

  private static long between(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis());
  }

  /** Whether it is told exactly. */
  boolean isExact() {
    return !against.equals(CLOCK);
  }

  /** In a line. */
  String text() {
    if (newest.isEmpty()) {
      return "nothing remains";
    }
    String time = millis.map(Duration::ofMillis).map(Units::duration).orElse("an unknown time");
    if (!isExact()) {
      return "what was committed after "
          + Units.exactTime(newest.get())
          + " is LOST, at the most the "
          + time
          + " since then";
    }
    String than = against.equals("server") ? "the server" : "the first store";
    if (millis.orElse(0L) == 0 && bytes.orElse(0L) == 0) {
      return "nothing that " + than + " has is lost";
    }
    return "what was committed after "
        + Units.exactTime(newest.get())
        + " is LOST: "
        + than
        + " is ahead by "
        + time
        + ", "
        + Units.bytes(bytes.orElse(0L));
  }
}
