package io.mockupaws.app.cli;

import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Taken;
import java.time.Duration;
import java.util.Optional;

/** What it took and what is lost, held against what was promised. */
final class FailoverObjectives {
  private FailoverObjectives() {}

  /**
   * Compares.
   *
   * @param serves whether the service is back: what failed is not, however fast it did
   */
  static Taken<Boolean> held(
      Duration rto, Duration took, boolean serves, Duration rpo, FailoverLoss loss) {
    boolean late = !serves || took.compareTo(rto) > 0;
    boolean much = loss.least().compareTo(rpo) > 0;
    boolean bounded = loss.most().filter(most -> most.compareTo(rpo) <= 0).isPresent();
    Outcome outcome = late || much ? Outcome.MISSED : bounded ? Outcome.OK : Outcome.UNKNOWN;
    String what =
        "RTO "
            + Units.duration(took)
            + " of "
            + Units.duration(rto)
            + (serves ? late ? ": MISSED" : "" : ": MISSED, the service is not back")
            + ", RPO "
            + lost(loss)
            + " of "
            + Units.duration(rpo)
            + (much ? ": MISSED" : bounded ? "" : ": cannot be told");
    return new Taken<>(outcome == Outcome.OK, outcome, what);
  }

  private static String lost(FailoverLoss loss) {
    Optional<String> most = loss.most().map(Units::duration);
    if (loss.exact()) {
      return most.orElseThrow();
    }
    String least = "at the least " + Units.duration(loss.least());
    return least + most.map(time -> ", at the most " + time).orElse(", without a bound");
  }
}
