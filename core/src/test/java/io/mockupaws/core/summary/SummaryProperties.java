package io.mockupaws.core.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SummaryProperties {

  private static Summary of(List<Model.Change> changes) {
    SummaryBuilder builder = new SummaryBuilder();
    changes.forEach(change -> change.tell(builder));
    return builder.summary();
  }

  @Property(tries = 150)
  void saysExactlyWhatChanged(@ForAll long seed, @ForAll @IntRange(min = 0, max = 1500) int count) {
    Random random = new Random(seed);
    List<Model.Change> changes = Model.random(random, count);
    Model model = new Model();
    changes.forEach(change -> change.tell(model));
    Summary summary = of(changes);

    for (Relation relation : Model.relations()) {
      for (Fork fork : Model.FORKS) {
        ForkChanges found = summary.changes(relation, fork);
        int from = random.nextInt(Model.BLOCKS);
        int to = from + random.nextInt(Model.BLOCKS + 1 - from);
        BitSet runs = runs(found, from, to);
        for (int block = 0; block < Model.BLOCKS; block++) {
          boolean expected = model.contains(relation, fork, block);
          assertThat(found.contains(block)).isEqualTo(expected);
          boolean inside = block >= from && block < to;
          assertThat(runs.get(block)).isEqualTo(inside && expected);
        }
      }
    }
  }

  /** The blocks of all runs, which are ascending and do not touch. */
  private static BitSet runs(ForkChanges changes, int from, int to) {
    BitSet blocks = new BitSet();
    long[] behind = {-1};
    changes.forEachRun(
        from,
        to,
        (first, count) -> {
          assertThat(count).isPositive();
          assertThat(first).isGreaterThan(behind[0]);
          behind[0] = first + count;
          blocks.set((int) first, (int) behind[0]);
        });
    return blocks;
  }

  /** What one lacks of another is found, and nothing that it has. */
  @Property(tries = 150)
  void tellsWhatItLacksOfAnother(@ForAll long seed) {
    Random random = new Random(seed);
    List<Model.Change> all = Model.random(random, 60);
    List<Model.Change> some = new ArrayList<>(all);
    some.removeIf(_ -> random.nextInt(30) == 0);
    Summary whole = of(all);
    Summary part = of(some);
    assertThat(whole.lacking(part)).isEmpty();
    assertThat(whole.lacking(Summary.EMPTY)).isEmpty();
    Model wholeModel = new Model();
    Model partModel = new Model();
    all.forEach(change -> change.tell(wholeModel));
    some.forEach(change -> change.tell(partModel));
    boolean lacks = false;
    for (Relation relation : Model.relations()) {
      for (Fork fork : Model.FORKS) {
        for (int block = 0; block < Model.BLOCKS; block++) {
          lacks |=
              wholeModel.contains(relation, fork, block)
                  && !partModel.contains(relation, fork, block);
        }
      }
    }
    if (lacks) {
      assertThat(part.lacking(whole)).isPresent();
    }
    if (part.lacking(whole).isPresent()) {
      assertThat(part).isNotEqualTo(whole);
    }
  }

  /** However WAL is cut into stretches, and in whatever order and how often they are added. */
  @Property(tries = 150)
  void sumsAreTheSummaryOfTheWhole(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int parts) {
    Random random = new Random(seed);
    List<Model.Change> changes = Model.random(random, 800);
    List<Summary> summaries = new ArrayList<>();
    int done = 0;
    for (int i = 1; i <= parts; i++) {
      int end = i == parts ? changes.size() : done + random.nextInt(changes.size() + 1 - done);
      summaries.add(of(changes.subList(done, end)));
      done = end;
    }
    summaries.add(summaries.get(random.nextInt(parts)));
    Collections.shuffle(summaries, random);
    int half = random.nextInt(summaries.size());
    Summary first = Summary.sum(summaries.subList(0, half));
    Summary second = Summary.sum(summaries.subList(half, summaries.size()));

    assertThat(Summary.sum(List.of(second, first))).isEqualTo(of(changes));
  }

  @Property(tries = 150)
  void bytesGiveTheSameSummary(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 1500) int count) {
    Random random = new Random(seed);
    Summary summary = of(Model.random(random, count));
    byte[] bytes = SummaryBytes.of(summary);

    Summary read = SummaryBytes.read(bytes);

    assertThat(read).isEqualTo(summary).hasSameHashCodeAs(summary);
    assertThat(SummaryBytes.of(Summary.sum(List.of(read, summary)))).isEqualTo(bytes);
  }

  /** Each summary has one form, so that bytes which are read are written again as they were. */
  @Property(tries = 2000)
  void changedBytesAreRefusedOrTheOnlyFormOfAnother(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = SummaryBytes.of(of(Model.random(random, random.nextInt(60))));
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 5));
    }
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(8) << random.nextInt(6));
    }
    try {
      assertThat(SummaryBytes.of(SummaryBytes.read(bytes))).isEqualTo(bytes);
    } catch (Failure e) {
      assertThat(e.code()).isIn(ErrorCode.DAMAGED_OBJECT, ErrorCode.UNKNOWN_FORMAT);
    }
  }
}
