package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.file.Path;
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
    List<String> backups,
    long unstoredBytes,
    Optional<String> spool)
    implements Answer {

  static StreamAnswer of(
      ClusterRepository cluster, StreamState state, Path spool, List<String> backups) {
    boolean unstored = state.unstored() > 0;
    List<StreamState.OfStore> away =
        state.stores().stream().filter(store -> store.away().isPresent()).toList();
    // Where one did not answer, nothing is compared at the end: that could take long.
    StoreLook look = unstored || !away.isEmpty() ? seen(state.stores()) : StoreLook.at(cluster);
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
        List.copyOf(backups),
        state.unstored(),
        unstored ? Optional.of(spool.toString()) : Optional.empty());
  }

  /** How the stores stood for the stream. */
  private static StoreLook seen(List<StreamState.OfStore> stores) {
    List<StreamState.OfStore> behind = stores.stream().filter(store -> !store.whole()).toList();
    return new StoreLook(
        behind.stream()
            .map(store -> new StoreLook.StoreLine(store.address(), false, 0, 0))
            .toList(),
        behind.stream()
            .map(
                store ->
                    new Reason(
                        "store",
                        "the store "
                            + store.address()
                            + store
                                .away()
                                .map(fault -> " was away: " + fault.what())
                                .orElse(" is behind"),
                        "mockupaws status says what it lacks, a running stream brings it"))
            .toList());
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field("stopped", "cluster " + cluster + " in " + repository),
            new Field("stored", storedLsn + " of " + receivedLsn + " received"),
            new Field("holes", holes == 0 ? "none" : Integer.toString(holes))));
    spool.ifPresent(
        where ->
            paper.item(
                "NOT STORED  "
                    + Units.bytes(unstoredBytes)
                    + " of WAL: it is in the spool "
                    + where
                    + ", and the next mockupaws stream on this host stores it, also without the"
                    + " server"));
    storeProblems.forEach(problem -> paper.item("PROBLEM  " + problem));
    if (holes > 0 || shed > 0 || !backups.isEmpty()) {
      paper.line(
          (shed > 0 ? "WAL was shed to protect the server's disk; b" : "B")
              + "ackups taken by itself: "
              + (backups.isEmpty() ? "NONE, see mockupaws status" : String.join(", ", backups)));
    }
  }

  @Override
  public boolean promisesKept() {
    return holes == 0 && storeProblems.isEmpty() && unstoredBytes == 0;
  }
}
