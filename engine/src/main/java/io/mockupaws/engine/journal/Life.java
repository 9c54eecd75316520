package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.Optional;

/**
 * Asks whether a server lives the life whose WAL a repository holds: by its timelines and, byte for
 * byte, by the WAL around our end. Writes nothing, neither here nor on the server.
 */
public final class Life {
  /** As much says something of a server's life; a page's header does not. */
  private static final int ONE_PAGE = 8192;

  private final ClusterRepository repository;
  private final WalServer server;

  /** What was found. */
  public sealed interface Answer {}

  /** The server goes on where the repository ends. */
  public record Same() implements Answer {}

  /** It does not, and never will. */
  public record Other(Failure difference) implements Answer {}

  /** It cannot be told. */
  public record Unknown(String why) implements Answer {}

  public Life(ClusterRepository repository, WalServer server) {
    this.repository = repository;
    this.server = server;
  }

  /** Asks; does not throw for what a server or a store fails with. */
  public Answer ask() {
    try {
      // ours first: a server that is streamed has at least what the repository has
      JournalView view = new Journal(repository).view();
      Optional<Position> ours =
          view.latestTimeline().flatMap(t -> view.end(t).map(end -> new Position(t, end)));
      try (WalConnection connection = server.connect()) {
        return ask(connection, ours);
      }
    } catch (Failure e) {
      return e.code() == ErrorCode.OTHER_LIFE || e.code() == ErrorCode.FOREIGN_CLUSTER
          ? new Other(e)
          : new Unknown(e.what());
    }
  }

  private Answer ask(WalConnection connection, Optional<Position> ours) {
    ServerIdentity identity = connection.identify();
    StreamSession.demandSystem(identity, repository.identity());
    if (ours.isEmpty()) {
      return new Unknown("the repository has no WAL of it yet");
    }
    int segmentSize = repository.identity().walSegmentSize();
    Histories.Fetched fetched = new Histories(repository).fetch(connection, identity.timeline());
    Succession.demand(fetched.history(), known -> !fetched.files().containsKey(known));
    return switch (Route.next(ours.get(), identity, fetched.history(), segmentSize)) {
      case Route.GoOn _ ->
          compare(connection, ours.get().timeline(), ours.get().timeline(), ours.get().lsn());
      case Route.Fork(Position to, Lsn fork) ->
          compare(connection, ours.get().timeline(), to.timeline(), fork);
    };
  }

  private Answer compare(WalConnection connection, Timeline ours, Timeline theirs, Lsn end) {
    int segmentSize = repository.identity().walSegmentSize();
    Lsn start = end.segmentStart(segmentSize);
    boolean little = end.minus(start) < ONE_PAGE && !start.equals(Lsn.ZERO);
    if (!little) {
      return compare(connection, new Part(ours, theirs, start, end));
    }
    Lsn before = start.plus(-1).segmentStart(segmentSize);
    boolean known = isKnown(SegmentName.containing(ours, before, segmentSize));
    if (!known || !ours.equals(theirs)) {
      return asUnknown(compare(connection, new Part(ours, theirs, start, end)));
    }
    try {
      return compare(connection, new Part(ours, theirs, before, end));
    } catch (WalRemoved e) {
      try (WalConnection again = server.connect()) {
        again.identify();
        return asUnknown(compare(again, new Part(ours, theirs, start, end)));
      }
    }
  }

  /** WAL from one position to another, which two timelines may share. */
  private record Part(Timeline ours, Timeline theirs, Lsn from, Lsn to) {}

  private boolean isKnown(SegmentName segment) {
    return new Journal(repository).view().length(segment) > 0;
  }

  private static Answer asUnknown(Answer little) {
    return switch (little) {
      case Same _ -> new Unknown("there is too little WAL to compare");
      case Other other -> other;
      case Unknown unknown -> unknown;
    };
  }

  private Answer compare(WalConnection connection, Part part) {
    if (!part.from().isBefore(part.to())) {
      return new Same();
    }
    KnownSegments known = new KnownSegments(repository, new Line());
    int segmentSize = repository.identity().walSegmentSize();
    try (Comparison comparison =
        new Comparison(known, part.ours(), segmentSize, part.from(), part.to())) {
      return SentWal.isSame(connection, comparison, part.theirs(), part.from(), () -> false)
          ? new Same()
          : new Unknown("the server did not send its WAL from " + part.from());
    }
  }
}
