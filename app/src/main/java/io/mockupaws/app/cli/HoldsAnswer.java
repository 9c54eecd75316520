package io.mockupaws.app.cli;

import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ExpiredDumps;
import io.mockupaws.engine.retention.DumpHolds;
import io.mockupaws.engine.retention.Expirations;
import io.mockupaws.engine.retention.Holds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The answer of {@code hold list}, {@code hold add} and {@code hold remove}. */
record HoldsAnswer(
    String cluster, String repository, List<Line> holds, List<Expired> expired, String changed)
    implements Answer {

  /** A hold. */
  record Line(String backup, Instant since, String reason) {}

  /** A backup that expired, and is not removed yet. */
  record Expired(String backup, Instant since) {}

  static HoldsAnswer of(ClusterRepository cluster, String changed) {
    List<Line> holds = new ArrayList<>();
    new Holds(cluster)
        .all()
        .forEach((id, hold) -> holds.add(new Line(id.value(), hold.since(), hold.reason())));
    new DumpHolds(cluster)
        .all()
        .forEach((dump, hold) -> holds.add(new Line(dump.fileName(), hold.since(), hold.reason())));
    List<Expired> expired = new ArrayList<>();
    new Expirations(cluster).all().forEach((id, at) -> expired.add(new Expired(id.value(), at)));
    new ExpiredDumps(cluster)
        .all()
        .forEach((dump, at) -> expired.add(new Expired(dump.fileName(), at)));
    return new HoldsAnswer(
        cluster.identity().name(), cluster.store().address(), holds, expired, changed);
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    if (!changed.isEmpty()) {
      paper.line(changed);
    }
    if (holds.isEmpty()) {
      paper.line("no backup is held");
    } else {
      paper.table(
          List.of("held", "since", "why"),
          holds.stream()
              .map(hold -> List.of(hold.backup(), Units.exactTime(hold.since()), hold.reason()))
              .toList());
    }
    expired.forEach(
        one ->
            paper.item(
                one.backup()
                    + " expired "
                    + Units.exactTime(one.since())
                    + ", and is removed by a later cleanup -> mockupaws hold add "
                    + one.backup()));
  }
}
