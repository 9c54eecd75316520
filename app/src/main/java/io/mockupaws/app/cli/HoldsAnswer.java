package io.mockupaws.app.cli;

import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.retention.Expirations;
import io.mockupaws.engine.retention.Holds;
import java.time.Instant;
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
    return new HoldsAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        new Holds(cluster)
            .all().stream()
                .map(hold -> new Line(hold.backup().value(), hold.since(), hold.reason()))
                .toList(),
        new Expirations(cluster)
            .all().entrySet().stream()
                .map(one -> new Expired(one.getKey().value(), one.getValue()))
                .toList(),
        changed);
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
