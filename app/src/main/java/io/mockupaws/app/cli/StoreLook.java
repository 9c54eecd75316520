package io.mockupaws.app.cli;

import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationReport;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the stores of a repository stand, for commands that do something else. */
record StoreLook(List<StoreLine> stores, List<Reason> reasons, Map<String, Failure> faults) {
  private static final String STORE = "store";

  /** One of several stores, as answers show it. */
  record StoreLine(String address, boolean reachable, long lackedObjects, long lackedBytes) {}

  StoreLook(List<StoreLine> stores, List<Reason> reasons) {
    this(stores, reasons, Map.of());
  }

  /** What kept a store from being used. */
  Optional<Failure> fault(String address) {
    return Optional.ofNullable(faults.get(address));
  }

  /** What is wrong with them, for people. */
  List<String> problems() {
    return reasons.stream().map(Reason::text).toList();
  }

  /** Compares the stores by listing; where there is one there is nothing to say. */
  static StoreLook at(ClusterRepository cluster) {
    if (cluster.store().members().isEmpty()) {
      return new StoreLook(List.of(), List.of());
    }
    ReplicationReport report =
        new Replication(cluster.store(), cluster.copier()).lackingAfterAWhile();
    List<StoreLine> lines = new ArrayList<>();
    List<Reason> reasons = new ArrayList<>();
    Map<String, Failure> faults = new HashMap<>();
    for (ReplicationReport.OfStore store : report.stores()) {
      lines.add(
          new StoreLine(
              store.address(),
              store.failure().isEmpty(),
              store.lackedObjects(),
              store.lackedBytes()));
      reason(store).ifPresent(reasons::add);
      store.failure().ifPresent(fault -> faults.put(store.address(), fault));
    }
    report
        .findings()
        .forEach(
            f ->
                reasons.add(
                    new Reason(
                        STORE,
                        f.store(),
                        "the object "
                            + f.object()
                            + " is not the same in every store: "
                            + f.store()
                            + ": "
                            + f.what(),
                        "nothing is overwritten; see mockupaws replicate --depth read --dry-run")));
    return new StoreLook(lines, reasons, faults);
  }

  private static Optional<Reason> reason(ReplicationReport.OfStore store) {
    if (store.failure().isPresent()) {
      return Optional.of(
          new Reason(
              STORE,
              store.address(),
              "the store " + store.address() + " cannot be used: " + store.failure().get().what(),
              "once it can, a running stream brings what it lacks, or run mockupaws replicate"));
    }
    if (store.lackedObjects() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Reason(
            STORE,
            store.address(),
            "the store "
                + store.address()
                + " is behind: it lacks "
                + Units.count(store.lackedObjects(), "object")
                + ", "
                + Units.bytes(store.lackedBytes()),
            "a running stream brings them, or run mockupaws replicate"));
  }
}
