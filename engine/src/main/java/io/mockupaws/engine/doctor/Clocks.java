package io.mockupaws.engine.doctor;

import java.time.Duration;
import java.time.Instant;

/** How far two clocks may differ. */
final class Clocks {
  private static final Duration FINE = Duration.ofSeconds(5);
  private static final Duration TOO_FAR = Duration.ofMinutes(5);

  private Clocks() {}

  static Check check(String id, String whose, Instant theirs, Instant before, Instant after) {
    Duration ahead = Duration.between(after, theirs);
    Duration behind = Duration.between(theirs, before);
    Duration off = ahead.compareTo(behind) > 0 ? ahead : behind;
    if (off.compareTo(FINE) <= 0) {
      return Check.ok(id, "the clock of " + whose + " and this host's agree");
    }
    String text =
        "the clock of "
            + whose
            + " is "
            + Amount.time(off)
            + (ahead.compareTo(behind) > 0 ? " ahead of" : " behind")
            + " this host's";
    String next = "set the clocks by NTP on both sides, and see which of them is wrong";
    return off.compareTo(TOO_FAR) < 0
        ? Check.warning(id, text, next)
        : Check.failed(id, text + ": ages, leases and signed requests are judged wrongly", next);
  }
}
