package io.mockupaws.engine.retention;

/**
 * How long what is kept.
 *
 * @param daily how long the first good backup of a day is kept, and so on
 * @param wal how far back every moment can be recovered
 * @param minimum backups never to go below, as long as there are so many
 */
public record RetentionRules(
    Term daily, Term weekly, Term monthly, Term yearly, Term wal, int minimum) {
  public RetentionRules {
    if (minimum < 1) {
      throw new IllegalArgumentException("no backup would be kept");
    }
  }

  Term term(Tier tier) {
    return switch (tier) {
      case DAILY -> daily;
      case WEEKLY -> weekly;
      case MONTHLY -> monthly;
      case YEARLY -> yearly;
    };
  }
}
