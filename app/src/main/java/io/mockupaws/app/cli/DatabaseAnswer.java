package io.mockupaws.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mockupaws.app.checklist.Checked;
import java.util.List;
import java.util.Optional;

/** What a restore into a database plans, and what it did unless it was a dry run. */
record DatabaseAnswer(
    @JsonUnwrapped PlanAnswer plan,
    DatabasePlanned database,
    List<Checked> checklist,
    Optional<DatabaseDone> restored)
    implements Answer {
  @Override
  public void print(Paper paper) {
    plan.print(paper);
    database.print(paper);
    if (restored.isEmpty()) {
      checklist.forEach(checked -> paper.item(checked.text()));
      paper.line("dry run: nothing was changed");
    }
    restored.ifPresent(done -> done.print(paper, database));
  }

  /**
   * A file of a WAL source that is not used, or a store that is away, may hold WAL which nobody
   * else has.
   */
  @Override
  public boolean promisesKept() {
    return checklist.stream().noneMatch(Checked::isFailed)
        && plan.usesAll()
        && !plan.mayMissNewest();
  }
}
