package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.journal.Behind;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One of several stores, as {@code status} shows it: what it has of the journal for itself. */
record StoreStanding(
    String address,
    boolean reachable,
    long lackedObjects,
    long lackedBytes,
    Optional<String> journalLsn,
    Optional<Long> lagBytes,
    Optional<Long> lagMillis) {

  static List<StoreStanding> of(
      ClusterRepository cluster, StoreLook look, Optional<ServerPosition> server) {
    List<StoreStanding> standings = new ArrayList<>();
    for (StoreLook.StoreLine line : look.stores()) {
      Optional<Alone> alone =
          cluster.store().members().stream()
              .filter(member -> member.address().equals(line.address()) && line.reachable())
              .findFirst()
              .flatMap(member -> look(cluster, member, server));
      standings.add(
          new StoreStanding(
              line.address(),
              line.reachable(),
              line.lackedObjects(),
              line.lackedBytes(),
              alone.map(its -> its.end().toString()),
              alone.flatMap(Alone::lag).map(Behind::bytes),
              alone.flatMap(Alone::lag).flatMap(Behind::time).map(Duration::toMillis)));
    }
    return List.copyOf(standings);
  }

  private record Alone(Lsn end, Optional<Behind> lag) {}

  private static Optional<Alone> look(
      ClusterRepository cluster, Member member, Optional<ServerPosition> server) {
    try {
      Journal journal = new Journal(cluster.in(member));
      JournalView view = journal.view();
      return view.latestTimeline()
          .flatMap(view::end)
          .map(end -> new Alone(end, server.map(at -> Behind.of(at, end, journal.window(view)))));
    } catch (Failure e) {
      // It went away, or what it has is damaged: what is said of it says so.
      return Optional.empty();
    }
  }

  Field field() {
    if (!reachable) {
      return new Field("store", address + ": NOT reachable");
    }
    return new Field(
        "store",
        address
            + journalLsn.map(lsn -> ": up to " + lsn).orElse(": no WAL that can be read")
            + lagBytes.map(bytes -> ", behind " + Units.bytes(bytes)).orElse("")
            + lagMillis.map(millis -> ", " + Units.duration(Duration.ofMillis(millis))).orElse("")
            + (lackedObjects == 0 ? "" : ", lacks " + Units.count(lackedObjects, "object")));
  }
}
