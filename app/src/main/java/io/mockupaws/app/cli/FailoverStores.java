package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.store.StoreAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stores of a repository when the first of them is given up. Where there is one alone, it was
 * named because the first is gone.
 *
 * @param standings in the order of the configuration: how each stands
 * @param denial why the first store does not let us in, where it is there
 * @param problems what is wrong with them, for people
 */
record FailoverStores(
    List<StoreStanding> standings, Optional<String> denial, List<String> problems) {
  static FailoverStores of(OpenCluster open, Optional<ServerPosition> server) {
    StoreLook look = StoreLook.at(open.cluster());
    return new FailoverStores(
        StoreStanding.of(open.cluster(), look, server), denial(look), look.problems());
  }

  /** Lost is only a store that cannot be reached: one that refuses us is there. */
  private static Optional<String> denial(StoreLook look) {
    return look.stores().stream()
        .limit(1)
        .flatMap(first -> look.fault(first.address()).stream())
        .filter(fault -> fault.code() != ErrorCode.STORE_UNREACHABLE)
        .map(fault -> fault.code().code() + ": " + fault.what())
        .findFirst();
  }

  /** The places that remain. */
  static List<StoreAddress> remaining(Config config) {
    List<StoreAddress> all = config.repository().stores();
    return all.size() == 1 ? all : all.subList(1, all.size());
  }

  private Optional<StoreStanding> first() {
    return standings.size() > 1 ? Optional.of(standings.getFirst()) : Optional.empty();
  }

  private List<StoreStanding> others() {
    return standings.stream().skip(1).filter(StoreStanding::reachable).toList();
  }

  /** The first store, where it can be reached after all. */
  Optional<StoreStanding> reachableFirst() {
    return first().filter(StoreStanding::reachable);
  }

  /**
   * Goes on only where something remains.
   *
   * @throws Failure STORE_UNREACHABLE
   */
  void requireAnother() {
    if (first().isPresent() && others().isEmpty()) {
      throw new Failure(
          ErrorCode.STORE_UNREACHABLE,
          "no other store than the first answers: "
              + standings.stream()
                  .skip(1)
                  .map(StoreStanding::address)
                  .collect(Collectors.joining(", ")),
          "look at the network and the credentials there; what the first one has comes back with:"
              + " mockupaws restore --to-dir DIR --start");
    }
  }

  /** What of the first store would be left behind, for people. */
  List<String> leftBehind() {
    List<String> left = new ArrayList<>();
    String name =
        "the first store, " + standings.stream().map(StoreStanding::address).findFirst().orElse("");
    ahead().ifPresent(more -> left.add(name + ", answers and has more: " + more));
    denial.ifPresent(
        why ->
            left.add(name + ", is there and does not let us in, what it has is not known: " + why));
    return left;
  }

  /** What the first store has and none of the others; empty when giving it up loses nothing. */
  Optional<String> ahead() {
    Optional<StoreStanding> reachable = reachableFirst();
    if (reachable.isEmpty()) {
      return Optional.empty();
    }
    List<String> more = new ArrayList<>();
    long lacked = others().stream().mapToLong(StoreStanding::lackedObjects).min().orElse(0);
    if (lacked > 0) {
      more.add(Units.count(lacked, "object") + " that the other lacks");
    }
    Optional<Lsn> end = end(List.of(reachable.get()));
    Optional<Lsn> other = end(others());
    if (end.isPresent() && other.map(end.get()::compareTo).orElse(1) > 0) {
      more.add(
          "WAL up to "
              + end.get()
              + other.map(lsn -> ", the other up to " + lsn).orElse(", the other none"));
    }
    Optional<Instant> newest = reachable.get().windowTo();
    Optional<Instant> otherNewest = newest(others());
    if (newest.isPresent() && otherNewest.map(newest.get()::isAfter).orElse(true)) {
      more.add("moments up to " + Units.exactTime(newest.get()));
    }
    return more.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", more));
  }

  static Optional<Lsn> end(List<StoreStanding> stores) {
    return stores.stream()
        .flatMap(store -> store.journalLsn().stream())
        .map(Lsn::parse)
        .max(Comparator.naturalOrder());
  }

  private static Optional<Instant> newest(List<StoreStanding> stores) {
    return stores.stream()
        .flatMap(store -> store.windowTo().stream())
        .max(Comparator.naturalOrder());
  }

  /** In a line. */
  String text() {
    if (standings.isEmpty()) {
      return "one store is named, and is taken for the one that remains";
    }
    return Stream.concat(standings.stream().map(store -> store.field().value()), problems.stream())
        .collect(Collectors.joining("; "));
  }
}
