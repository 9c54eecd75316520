package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.EventId;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.journal.TargetRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which moment is meant. */
final class TargetOptions {
  /** PostgreSQL's {@code MAXFNAMELEN} less the NUL: no restore point has a longer name. */
  private static final int LONGEST_NAME = 63;

  /** The numbers below it are PostgreSQL's own and never end. */
  private static final long FIRST_XID = 3;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Moment moment = new Moment();

  @Option(
      names = "--exclusive",
      description =
          "stop just before the target: the transaction that is named, the record at the position,"
              + " the first end of a transaction at that time or later")
  private boolean exclusive;

  /** At most one of them. */
  private static final class Moment {
    @Option(
        names = "--target-time",
        paramLabel = "T",
        description =
            "a moment: '2026-04-07 14:30:00' (UTC), with an offset (+02) or a zone"
                + " (Europe/Berlin), or now")
    Optional<String> time = Optional.empty();

    @Option(names = "--target-lsn", paramLabel = "L", description = "a position in the WAL")
    Optional<Lsn> lsn = Optional.empty();

    @Option(
        names = "--target-xid",
        paramLabel = "X",
        description = "the end of a transaction, by its id with or without the epoch")
    Optional<String> xid = Optional.empty();

    @Option(
        names = "--target-name",
        paramLabel = "N",
        description = "a restore point (pg_create_restore_point); the first of that name")
    Optional<String> name = Optional.empty();

    @Option(
        names = "--before",
        paramLabel = "EVENT",
        description = "just before an event, by its name in: mockupaws history")
    Optional<String> before = Optional.empty();
  }

  /** The event before which to stop; what it means only the journal tells. */
  Optional<EventId> before() {
    return moment.before.flatMap(EventId::parse);
  }

  /**
   * The moment that is meant; a wrong time keeps its own error when nothing else is wrong.
   *
   * @param otherwise where no option names one
   */
  TargetRequest request(TargetRequest otherwise, Problems problems) {
    if (exclusive && moment.name.isPresent()) {
      problems.wrong("--exclusive", "a restore point changes nothing: it has no other side");
    } else if (exclusive && moment.before.isPresent()) {
      problems.wrong("--exclusive", "--before leaves the event out already");
    } else if (exclusive && !hasBoundary()) {
      problems.wrong(
          "--exclusive", "means nothing without --target-time, --target-lsn or --target-xid");
    }
    if (moment.before.isPresent() && before().isEmpty()) {
      problems.wrong("--before", "expected an event such as 1-0/401CC18-1: see mockupaws history");
    }
    if (moment.lsn.isPresent()) {
      return new TargetRequest.AtLsn(moment.lsn.get(), !exclusive);
    }
    if (moment.xid.isPresent()) {
      return transaction(moment.xid.get(), problems);
    }
    if (moment.name.isPresent()) {
      return point(moment.name.get(), problems);
    }
    return moment.time.isPresent() ? time(moment.time.get(), problems) : otherwise;
  }

  private boolean hasBoundary() {
    return moment.lsn.isPresent()
        || moment.xid.isPresent()
        || moment.time.filter(time -> !time.strip().equals("now")).isPresent();
  }

  private TargetRequest transaction(String text, Problems problems) {
    try {
      TargetRequest.AtTransaction transaction =
          new TargetRequest.AtTransaction(Long.parseUnsignedLong(text.strip()), !exclusive);
      if (transaction.xid() >= FIRST_XID) {
        return transaction;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    problems.wrong("--target-xid", "expected a transaction's id: a whole number from 3");
    return new TargetRequest.Latest();
  }

  private static TargetRequest point(String name, Problems problems) {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      problems.wrong("--target-name", "expected a name of 1 to " + LONGEST_NAME + " bytes");
    }
    return new TargetRequest.AtName(name);
  }

  private TargetRequest time(String text, Problems problems) {
    try {
      return switch (TimeTarget.parse(text)) {
        case TimeTarget.Newest _ -> new TargetRequest.Latest();
        case TimeTarget.At at -> new TargetRequest.AtTime(at.at(), !exclusive);
      };
    } catch (Failure e) {
      if (!problems.any()) {
        throw e;
      }
      problems.wrong("--target-time", e.what() + "; " + e.nextStep());
      return new TargetRequest.Latest();
    }
  }

  /** The target in the operator's words; empty when no option names one. */
  Optional<String> said() {
    return moment
        .time
        .or(() -> moment.lsn.map(Lsn::toString))
        .or(() -> moment.xid.map(xid -> "transaction " + xid.strip()))
        .map(target -> exclusive ? "before " + target : target)
        .or(() -> moment.name.map(name -> "restore point " + name))
        .or(() -> moment.before.map(event -> "before the event " + event.strip()));
  }
}
