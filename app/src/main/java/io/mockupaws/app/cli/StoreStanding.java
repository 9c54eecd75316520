package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.journal.Behind;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.StoreJournal;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
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
    Optional<Long> lagMillis,
    Optional<Instant> windowTo) {

  static List<StoreStanding> of(
      ClusterRepository cluster, StoreLook look, Optional<ServerPosition> server) {
    List<StoreStanding> standings = new ArrayList<>();
    for (StoreLook.StoreLine line : look.stores()) {
      Optional<StoreJournal> alone =
          cluster.store().members().stream()
              .filter(member -> member.address().equals(line.address()) && line.reachable())
              .findFirst()
              .flatMap(member -> StoreJournal.of(cluster, member, server));
      standings.add(
          new StoreStanding(
              line.address(),
              line.reachable(),
              line.lackedObjects(),
              line.lackedBytes(),
              alone.map(its -> its.end().toString()),
              alone.flatMap(StoreJournal::behind).map(Behind::bytes),
              alone.flatMap(StoreJournal::behind).flatMap(Behind::time).map(Duration::toMillis),
              alone.flatMap(StoreJournal::newest).map(Moment::time)));
    }
    return List.copyOf(standings);
  }

  Field field() {
    if (!reachable) {
      return new Field("store", address + ": NOT reachable");
    }
    return new Field(
        "store",
        address
            + journalLsn.map(lsn -> ": up to " + lsn).orElse(": no WAL that can be read")
            + windowTo.map(time -> ", " + Units.time(time)).orElse(", nothing to recover")
            + lagBytes.map(bytes -> ", behind " + Units.bytes(bytes)).orElse("")
            + lagMillis.map(millis -> ", " + Units.duration(Duration.ofMillis(millis))).orElse("")
            + (lackedObjects == 0 ? "" : ", lacks " + Units.count(lackedObjects, "object")));
  }
}
