package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;

/** The answer of {@code stream --once}. */
record WalBrought(
    String cluster,
    String repository,
    long timeline,
    String writtenLsn,
    boolean byRunningStream,
    int holes,
    long unstoredBytes,
    List<String> storeProblems)
    implements Answer {

  static WalBrought of(
      ClusterRepository cluster, Timeline timeline, Lsn written, StreamState state) {
    return new WalBrought(
        cluster.identity().name(),
        cluster.store().address(),
        Integer.toUnsignedLong(timeline.id()),
        written.toString(),
        false,
        state.holes().size(),
        state.unstored(),
        StoreLook.at(cluster).problems());
  }

  static WalBrought byAnother(ClusterRepository cluster, Timeline timeline, Lsn written) {
    return new WalBrought(
        cluster.identity().name(),
        cluster.store().address(),
        Integer.toUnsignedLong(timeline.id()),
        written.toString(),
        true,
        0,
        0,
        StoreLook.at(cluster).problems());
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(new Field("WAL", "stored up to " + writtenLsn + " on timeline " + timeline));
    fields.add(new Field("by", byRunningStream ? "a stream that runs" : "this call"));
    if (holes > 0) {
      fields.add(new Field("holes", Integer.toString(holes)));
    }
    paper.fields(fields);
    storeProblems.forEach(problem -> paper.item("PROBLEM  " + problem));
  }

  @Override
  public boolean promisesKept() {
    return holes == 0 && unstoredBytes == 0 && storeProblems.isEmpty();
  }
}
