package io.mockupaws.app.cli;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPresence;
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
 * @param against what tells: {@code server}, {@code store}, or {@code clock}
 * @param exact whether {@code millis} and {@code bytes} are all of it: only the server knows, and
 *     only as long as it writes nothing more
 * @param newest the newest moment that remains
 * @param asOf when it was looked
 * @param millis by which the server or the first store is ahead; of the clock, the time since
 *     {@code newest}; empty where nothing remains
 * @param bytes of WAL; empty where only the clock tells
 * @param mostMillis what it can be at the most; empty where the server may go on writing
 */
record FailoverLoss(
    String against,
    boolean exact,
    Optional<Instant> newest,
    Instant asOf,
    Optional<Long> millis,
    Optional<Long> bytes,
    Optional<Long> mostMillis) {
  private static final String SERVER = "server";
  private static final String STORE = "store";

  /** Looks at what remains, and at who can tell more. */
  static FailoverLoss of(
      JournalView rest,
      Window window,
      FailoverPrimary primary,
      long cluster,
      Optional<StoreStanding> first,
      Instant now) {
    Optional<Moment> to = window.to();
    Optional<Instant> newest = to.map(Moment::time);
    // what lies behind a hole is of no use
    Lsn end = to.map(last -> rest.contiguousEnd(window.timeline(), last.lsn())).orElse(new Lsn(0));
    boolean growing = primary.mayWriteOn();
    Optional<Long> since = newest.map(time -> between(time, now));
    Optional<ServerPresence.At> measure =
        primary
            .server()
            .flatMap(server -> server.of(cluster))
            .filter(at -> at.timeline().filter(window.timeline()::equals).isPresent());
    if (measure.isPresent()) {
      Behind behind = Behind.of(measure.get().position(), end, Optional.of(window));
      Optional<Long> millis = behind.time().map(Duration::toMillis);
      return new FailoverLoss(
          SERVER,
          !growing && millis.isPresent(),
          newest,
          now,
          millis,
          Optional.of(behind.bytes()),
          growing ? Optional.empty() : millis);
    }
    Optional<Long> most = growing ? Optional.empty() : since;
    Optional<Lsn> firstEnd = FailoverStores.end(first.stream().toList());
    Optional<Instant> firstNewest = first.flatMap(StoreStanding::windowTo);
    if (firstEnd.isPresent() && firstNewest.isPresent()) {
      return new FailoverLoss(
          STORE,
          false,
          newest,
          now,
          newest.map(time -> between(time, firstNewest.get())),
          Optional.of(Math.max(0, firstEnd.get().minus(end))),
          most);
    }
    return new FailoverLoss("clock", false, newest, now, since, Optional.empty(), most);
  }

  private static long between(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis());
  }

  /** What is certainly lost. */
  Duration least() {
    boolean seen = against.equals(SERVER) || against.equals(STORE);
    return seen ? millis.map(Duration::ofMillis).orElse(Duration.ZERO) : Duration.ZERO;
  }

  /** What it can be; empty where there is no bound. */
  Optional<Duration> most() {
    return mostMillis.map(Duration::ofMillis);
  }

  /** In a line. */
  String text() {
    if (newest.isEmpty()) {
      return "nothing remains";
    }
    String after = "what was committed after " + Units.exactTime(newest.get()) + " is LOST";
    if (!against.equals(SERVER) && !against.equals(STORE)) {
      return after + ", " + bound();
    }
    String than = against.equals(SERVER) ? "the server" : "the first store";
    if (millis.orElse(0L) == 0 && bytes.orElse(0L) == 0) {
      return "nothing that "
          + than
          + " has is lost"
          + (exact ? "" : "; what it does not show, " + after + ", " + bound());
    }
    return after
        + ": "
        + than
        + " is ahead by "
        + millis.map(Duration::ofMillis).map(Units::duration).orElse("an unknown time")
        + ", "
        + Units.bytes(bytes.orElse(0L))
        + (exact ? "" : ", and there may be more: " + bound());
  }

  private String bound() {
    return most()
        .map(time -> "at the most the " + Units.duration(time) + " since then")
        .orElse("and all that the server writes until it is stopped");
  }
}
