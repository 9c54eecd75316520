package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.consolidation.Consolidated;
import io.mockupaws.engine.consolidation.ConsolidationPlan;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a consolidation would do, or has done.
 *
 * @param consolidated what was done; empty for a plan, and where there was nothing to do
 */
record ConsolidationAnswer(
    String cluster,
    String repository,
    String backup,
    int packs,
    long packBytes,
    long neededBytes,
    int rewrittenPacks,
    long copiedBytes,
    long releasedBytes,
    boolean due,
    List<String> obstacles,
    Optional<Done> consolidated)
    implements Answer {

  /** What was done. */
  record Done(String id, long storedBytes, long durationMillis, boolean complete) {
    static Done of(Consolidated done) {
      return new Done(
          done.id().value(), done.storedBytes(), done.took().toMillis(), done.complete());
    }
  }

  static ConsolidationAnswer planned(ClusterRepository cluster, ConsolidationPlan plan) {
    return of(cluster, plan, Optional.empty());
  }

  static ConsolidationAnswer done(ClusterRepository cluster, Consolidated done) {
    return of(cluster, done.plan(), Optional.of(Done.of(done)));
  }

  private static ConsolidationAnswer of(
      ClusterRepository cluster, ConsolidationPlan plan, Optional<Done> done) {
    return new ConsolidationAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        plan.backup().value(),
        plan.packs(),
        plan.content(),
        plan.needed(),
        plan.rewritten(),
        plan.copied(),
        plan.released(),
        plan.isDue(),
        plan.obstacles(),
        done);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("backup", backup));
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(
        new Field(
            "needs",
            Units.bytes(neededBytes)
                + " of the "
                + Units.bytes(packBytes)
                + " in "
                + Units.count(packs, "pack")));
    fields.add(
        new Field(
            "rewritten",
            rewrittenPacks == 0
                ? "nothing: its packs hold little else"
                : Units.bytes(copiedBytes)
                    + " of "
                    + Units.count(rewrittenPacks, "pack")
                    + ", in which "
                    + Units.bytes(releasedBytes)
                    + " are garbage for it"));
    consolidated.ifPresent(
        done ->
            fields.add(
                new Field(
                    "now",
                    done.id()
                        + ", "
                        + Units.bytes(done.storedBytes())
                        + " stored in "
                        + Units.duration(Duration.ofMillis(done.durationMillis())))));
    paper.fields(fields);
    obstacles.forEach(obstacle -> paper.item("it cannot be done: " + obstacle));
    if (consolidated.isPresent()) {
      paper.line("The backup before stays until cleanup takes it away.");
      if (!consolidated.get().complete()) {
        paper.line(
            "A part of it was done: it was told to end, or made way for a backup. The next"
                + " consolidation goes on from there: mockupaws consolidate");
      }
    } else if (rewrittenPacks > 0 && obstacles.isEmpty()) {
      paper.line(
          due
              ? "It is due: the next backup does it, or mockupaws consolidate."
              : "It is not due: backup and stream leave it as it is; mockupaws consolidate does it"
                  + " all the same.");
    }
  }
}
