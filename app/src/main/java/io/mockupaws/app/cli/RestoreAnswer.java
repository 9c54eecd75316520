package io.mockupaws.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Optional;

/** What a restore plans, and what it did unless it was a dry run. */
record RestoreAnswer(@JsonUnwrapped PlanAnswer plan, Optional<RestoreDone> restored)
    implements Answer {
  @Override
  public void print(Paper paper) {
    plan.print(paper);
    if (restored.isEmpty()) {
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
    return plan.usesAll()
        && !plan.mayMissNewest()
        && !plan.leavesOut()
        && restored.flatMap(RestoreDone::rescued).flatMap(RestoreDone.Rescued::failed).isEmpty();
  }
}
