package io.mockupaws.app.cli;

import java.util.Optional;

/** The answer of {@code restore}: the plan, and what was done unless it was a dry run. */
record RestoreAnswer(PlanAnswer plan, Optional<RestoreDone> done) implements Answer {
  @Override
  public void print(Paper paper) {
    plan.print(paper);
    if (done.isEmpty()) {
      paper.line("dry run: nothing was changed");
    }
    done.ifPresent(result -> result.print(paper, plan.directory()));
  }
}
