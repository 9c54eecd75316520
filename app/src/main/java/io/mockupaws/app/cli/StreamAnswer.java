package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Optional;

/** The answer of {@code stream}, when it was stopped. */
record StreamAnswer(
    String cluster,
    String repository,
    Optional<Long> timeline,
    String receivedLsn,
    String storedLsn,
    long lagBytes,
    int connections,
    int holes,
    List<String> storesBehind,
    List<String> storeProblems,
    Optional<Long> slotHeldBytes,
    int shed,
    List<String> backups)
    implements Answer {

  static StreamAnswer of(ClusterRepository cluster, StreamState state, List<String> backups) {
    StoreLook look = StoreLook.at(cluster);
    return new StreamAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        state.timeline().map(t -> Integer.toUnsignedLong(t.id())),
        state.received().toString(),
        state.stored().toString(),
        state.lagBytes(),
        state.connections(),
        state.holes().size(),
        look.stores().stream()
            .filter(store -> !store.reachable() || store.lackedObjects() > 0)
            .map(StoreLook.StoreLine::address)
            .toList(),
        look.problems(),
        state.disk().map(PrimaryDisk::held),
        state.shed(),
        List.copyOf(backups));
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field("stopped", "cluster " + cluster + " in " + repository),
            new Field("stored", storedLsn + " of " + receivedLsn + " received"),
            new Field("holes", holes == 0 ? "none" : Integer.toString(holes))));
    storeProblems.forEach(problem -> paper.item("PROBLEM  " + problem));
    if (shed > 0) {
      paper.line(
          "WAL was shed to protect the server's disk; backups taken behind it: "
              + (backups.isEmpty() ? "NONE, run mockupaws backup" : String.join(", ", backups)));
    }
  }

  @Override
  public boolean promisesKept() {
    return holes == 0 && storeProblems.isEmpty();
  }
}
