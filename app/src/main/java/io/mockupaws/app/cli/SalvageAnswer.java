package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code wal salvage}. */
record SalvageAnswer(
    String cluster,
    String repository,
    boolean saved,
    Optional<ExistingAnswer.UnshippedAnswer> unshipped,
    Optional<String> unsummarised)
    implements Answer {

  static SalvageAnswer of(
      ClusterRepository cluster,
      Optional<Unshipped> found,
      boolean saved,
      Optional<String> unsummarised) {
    return new SalvageAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        saved,
        found.map(ExistingAnswer.UnshippedAnswer::of),
        unsummarised);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(
        new Field(
            "found",
            unshipped
                .map(ExistingAnswer.UnshippedAnswer::text)
                .orElse("the repository has no WAL to go on from")));
    unshipped
        .flatMap(ExistingAnswer.UnshippedAnswer::foreign)
        .ifPresent(why -> fields.add(new Field("left out", why)));
    paper.fields(fields);
    unsummarised.ifPresent(why -> paper.line(WalPushed.unsummarised(why)));
    paper.line(saved ? "saved: all of it is durable in the repository" : "nothing was changed");
  }

  /** WAL of another history may be somebody's only copy: it is pointed at. */
  @Override
  public boolean promisesKept() {
    return unshipped.flatMap(ExistingAnswer.UnshippedAnswer::foreign).isEmpty();
  }
}
