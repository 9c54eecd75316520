package io.mockupaws.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mockupaws.app.checklist.Checked;
import java.util.List;
import java.util.Optional;

/** What a restore plans, and what it did unless it was a dry run. */
record RestoreAnswer(
    @JsonUnwrapped PlanAnswer plan, List<Checked> checklist, Optional<RestoreDone> restored)
    implements Answer {
  @Override
  public void print(Paper paper) {
    plan.print(paper);
    if (restored.isEmpty()) {
      checklist.forEach(checked -> paper.item(checked.text()));
      paper.line("dry run: nothing was changed");
    }
    restored.ifPresent(result -> result.print(paper, plan.directory()));
  }

  /**
   * WAL that could not be brought in, or lies in a store that is away, may hold commits which the
   * restored server does not have.
   */
  @Override
  public boolean promisesKept() {
    return checklist.stream().noneMatch(Checked::isFailed)
        && plan.usesAll()
        && !plan.mayMissNewest()
        && !plan.leavesOut()
        && restored.flatMap(RestoreDone::rescued).flatMap(RestoreDone.Rescued::failed).isEmpty();
  }
}
