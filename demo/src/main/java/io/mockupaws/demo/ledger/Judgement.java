package io.mockupaws.demo.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Counts what is wrong. Three rules: rows acknowledged at or before the target are all there; rows
 * whose COMMIT was sent after it are all absent; those in between form a prefix in LSN order.
 *
 * <p>The third holds for all rows at once, so it is checked for all: no present row may come later
 * than an absent one.
 */
final class Judgement {

  private static final int EXAMPLES = 10;

  private final Ledger ledger;
  private final ProofTarget target;
  private final PresentRows present;
  private final Map<Long, Long> commitOrder;
  private final List<String> examples;
  private final List<LedgerEntry> there = new ArrayList<>();
  private Instant earliestAbsent = Instant.MAX;
  private long firstAbsent = Long.MAX_VALUE;
  private long expected;
  private long lost;
  private long beyond;
  private long inFlight;
  private long inFlightPresent;

  Judgement(Ledger ledger, ProofTarget target, PresentRows present, Map<Long, Long> commitOrder) {
    this.ledger = ledger;
    this.target = target;
    this.present = present;
    this.commitOrder = commitOrder;
    this.examples = new ArrayList<>(present.examples());
  }

  LedgerProof proof() {
    expected = ledger.preloaded();
    for (long number = 1; number <= ledger.preloaded(); number++) {
      if (!present.has(0, number)) {
        lost++;
        example("row " + number + " of writer 0 is lost");
      }
    }
    ledger.entries().forEach(this::judge);
    long outOfOrder = there.stream().filter(this::comesAfterAnAbsentOne).count();
    return new LedgerProof(
        expected,
        lost,
        beyond + present.foreign(),
        inFlight,
        inFlightPresent,
        outOfOrder,
        List.copyOf(examples));
  }

  private void judge(LedgerEntry entry) {
    boolean isThere = present.has(entry.writer(), entry.number());
    boolean sentAfter = target.nothingAfter().map(entry.sent()::isAfter).orElse(false);
    if (entry.isAcknowledgedBy(target.completeUpTo())) {
      expected++;
      if (!isThere) {
        lost++;
        example("lost: " + entry);
      }
    } else if (sentAfter) {
      if (isThere) {
        beyond++;
        example("beyond the target: " + entry);
      }
    } else {
      inFlight++;
      inFlightPresent += isThere ? 1 : 0;
    }
    note(entry, isThere);
  }

  private void note(LedgerEntry entry, boolean isThere) {
    if (isThere) {
      there.add(entry);
      return;
    }
    Instant acknowledged = entry.acknowledged().orElse(Instant.MAX);
    if (acknowledged.isBefore(earliestAbsent)) {
      earliestAbsent = acknowledged;
    }
    firstAbsent = Math.min(firstAbsent, commitOrder.getOrDefault(entry.xid(), Long.MAX_VALUE));
  }

  private boolean comesAfterAnAbsentOne(LedgerEntry entry) {
    boolean after =
        entry.sent().isAfter(earliestAbsent)
            || commitOrder.getOrDefault(entry.xid(), Long.MIN_VALUE) > firstAbsent;
    if (after) {
      example("there though an earlier commit is not: " + entry);
    }
    return after;
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }
}
