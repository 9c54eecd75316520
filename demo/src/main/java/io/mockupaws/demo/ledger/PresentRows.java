package io.mockupaws.demo.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which rows a server holds: a bit each, content checked while reading. */
final class PresentRows {

  private static final int EXAMPLES = 5;

  private final Ledger ledger;
  private final Map<Integer, BitSet> byWriter = new TreeMap<>();
  private final List<String> examples = new ArrayList<>();
  private long foreign;

  PresentRows(Ledger ledger) {
    this.ledger = ledger;
  }

  void add(LogRow row) {
    boolean known =
        row.writer() == 0
            ? row.number() >= 1 && row.number() <= ledger.preloaded()
            : ledger.entry(row.writer(), row.number()).isPresent();
    if (!known) {
      foreign++;
      example("row %d of writer %d was never sent", row);
    } else if (!row.equals(ledger.rows().row(row.writer(), row.number()))) {
      example("row %d of writer %d has another content", row);
    } else {
      BitSet bits = byWriter.computeIfAbsent(row.writer(), key -> new BitSet());
      int number = Math.toIntExact(row.number());
      if (bits.get(number)) {
        foreign++;
        example("row %d of writer %d is there twice", row);
      }
      bits.set(number);
    }
  }

  boolean has(int writer, long number) {
    BitSet bits = byWriter.get(writer);
    return bits != null && bits.get(Math.toIntExact(number));
  }

  /** Rows that no ledger knows, or that are there more than once. */
  long foreign() {
    return foreign;
  }

  /** A few words on what was found wrong while reading. */
  List<String> examples() {
    return List.copyOf(examples);
  }

  private void example(String text, LogRow row) {
    if (examples.size() < EXAMPLES) {
      examples.add(text.formatted(row.number(), row.writer()));
    }
  }
}
