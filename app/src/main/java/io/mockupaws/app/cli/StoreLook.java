package io.mockupaws.app.cli;

import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationReport;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;

/** How the stores of a repository stand, for commands that do something else. */
record StoreLook(List<StoreLine> stores, List<String> problems) {
  /** One of several stores, as answers show it. */
  record StoreLine(String address, boolean reachable, long lackedObjects, long lackedBytes) {}

  /** Compares the stores by listing; where there is one there is nothing to say. */
  static StoreLook at(ClusterRepository cluster) {
    if (cluster.store().members().isEmpty()) {
      return new StoreLook(List.of(), List.of());
    }
    ReplicationReport report =
        new Replication(cluster.store(), cluster.copier()).lackingAfterAWhile();
    List<StoreLine> lines = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (ReplicationReport.OfStore store : report.stores()) {
      lines.add(
          new StoreLine(
              store.address(),
              store.failure().isEmpty(),
              store.lackedObjects(),
              store.lackedBytes()));
      if (store.failure().isPresent()) {
        problems.add(
            "the store "
                + store.address()
                + " cannot be used: "
                + store.failure().get().what()
                + "; once it can, a running stream brings what it lacks, or run mockupaws"
                + " replicate");
      } else if (store.lackedObjects() > 0) {
        problems.add(
            "the store "
                + store.address()
                + " is behind: it lacks "
                + Units.count(store.lackedObjects(), "object")
                + ", "
                + Units.bytes(store.lackedBytes())
                + "; a running stream brings them, or run mockupaws replicate");
      }
    }
    report
        .findings()
        .forEach(
            f ->
                problems.add(
                    "the object "
                        + f.object()
                        + " is not the same in every store: "
                        + f.store()
                        + ": "
                        + f.what()
                        + "; nothing is overwritten; see mockupaws replicate --depth read"
                        + " --dry-run"));
    return new StoreLook(lines, problems);
  }
}
