package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The steps of a failover, one after the other, each told with its time as it ends. */
final class FailoverWalk {
  private final Session session;
  private final List<Step> steps = new ArrayList<>();

  FailoverWalk(Session session) {
    this.session = session;
  }

  /** How a step ended. */
  enum Outcome {
    OK,
    /** It could not be done; the walk ends with status 1. */
    FAILED,
    /** It was done, and something that was promised is not so; status 3. */
    MISSED,
    /** It cannot be told; status 3. */
    UNKNOWN,
    SKIPPED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One step.
   *
   * @param step its name
   * @param outcome {@link Outcome#word}
   * @param what what was found or done
   * @param millis it took
   */
  record Step(String step, String outcome, String what, Instant begunAt, long millis) {
    boolean is(Outcome one) {
      return outcome.equals(one.word());
    }

    String text() {
      return step
          + ": "
          + (is(Outcome.UNKNOWN) ? "cannot be told" : outcome)
          + ", "
          + Units.duration(Duration.ofMillis(millis))
          + ": "
          + what;
    }
  }

  /** What a step brought, and what is to be said of it. */
  record Taken<T>(T value, Outcome outcome, String what) {
    static <T> Taken<T> ok(T value, String what) {
      return new Taken<>(value, Outcome.OK, what);
    }
  }

  /**
   * Takes a step.
   *
   * @throws Failure the step's, which is on record then, as is every other exception
   */
  <T> T take(String step, Supplier<Taken<T>> work) {
    Instant begun = session.now();
    try {
      Taken<T> taken = work.get();
      note(step, taken.outcome(), taken.what(), begun);
      return taken.value();
    } catch (Failure e) {
      note(step, Outcome.FAILED, e.code().code() + ": " + e.what(), begun);
      throw e;
    } catch (RuntimeException e) {
      note(step, Outcome.FAILED, "a defect: " + e, begun);
      throw e;
    }
  }

  private void note(String step, Outcome outcome, String what, Instant begun) {
    Step done =
        new Step(
            step,
            outcome.word(),
            session.screen().redact(what),
            begun,
            Duration.between(begun, session.now()).toMillis());
    steps.add(done);
    session.screen().say(done.text());
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Whether a step ended so. */
  boolean has(String name, Outcome outcome) {
    return steps.stream().anyMatch(step -> step.step().equals(name) && step.is(outcome));
  }

  boolean has(Outcome outcome) {
    return steps.stream().anyMatch(step -> step.is(outcome));
  }
}
