package io.mockupaws.engine.retention;

import java.time.temporal.ChronoUnit;

/** How long an operator who says nothing keeps what. */
final class ContractRules {
  private ContractRules() {}

  static RetentionRules keeping(int minimum) {
    return new RetentionRules(
        new Term(30, ChronoUnit.DAYS),
        new Term(12, ChronoUnit.WEEKS),
        new Term(12, ChronoUnit.MONTHS),
        new Term(7, ChronoUnit.YEARS),
        new Term(7, ChronoUnit.DAYS),
        minimum);
  }
}
