package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer of {@code wal gaps}. */
record WalGapsAnswer(
    String cluster, String repository, List<StretchLine> stretches, List<GapLine> gaps)
    implements Answer {

  /** WAL without a gap. */
  record StretchLine(
      long timeline,
      String fromLsn,
      String toLsn,
      long bytes,
      String firstSegment,
      String lastSegment) {}

  /** WAL that no recovery can pass. */
  record GapLine(
      long timeline,
      String fromLsn,
      String toLsn,
      long bytes,
      String firstSegment,
      String lastSegment,
      String kind,
      String reason) {}

  static WalGapsAnswer of(ClusterRepository cluster, JournalView view) {
    int size = cluster.identity().walSegmentSize();
    List<Hole> holes = new ArrayList<>(view.holes());
    holes.addAll(view.lostEnds());
    return new WalGapsAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        view.stretches().stream().map(stretch -> line(stretch, size)).toList(),
        holes.stream().map(hole -> line(hole, size)).toList());
  }

  private static StretchLine line(Stretch stretch, int size) {
    return new StretchLine(
        Integer.toUnsignedLong(stretch.timeline().id()),
        stretch.from().toString(),
        stretch.to().toString(),
        stretch.bytes(),
        SegmentName.containing(stretch.timeline(), stretch.from(), size).fileName(),
        SegmentName.containing(stretch.timeline(), stretch.to().plus(-1), size).fileName());
  }

  private static GapLine line(Hole hole, int size) {
    return new GapLine(
        Integer.toUnsignedLong(hole.timeline().id()),
        hole.from().toString(),
        hole.to().toString(),
        hole.bytes(),
        SegmentName.containing(hole.timeline(), hole.from(), size).fileName(),
        SegmentName.containing(hole.timeline(), hole.to().plus(-1), size).fileName(),
        hole.kind().name().toLowerCase(Locale.ROOT),
        hole.reason());
  }

  @Override
  public boolean promisesKept() {
    return gaps.isEmpty();
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    if (stretches.isEmpty()) {
      fields.add(new Field("journal", "empty: no WAL yet"));
    }
    for (StretchLine line : stretches) {
      fields.add(
          new Field(
              "timeline " + line.timeline(),
              "%s to %s, %s, %s to %s"
                  .formatted(
                      line.fromLsn(),
                      line.toLsn(),
                      Units.bytes(line.bytes()),
                      line.firstSegment(),
                      line.lastSegment())));
    }
    fields.add(new Field("gaps", gaps.isEmpty() ? "none" : Integer.toString(gaps.size())));
    paper.fields(fields);
    for (GapLine gap : gaps) {
      paper.item(
          "%s on timeline %d: %s to %s, %s, %s to %s: %s"
              .formatted(
                  gap.kind(),
                  gap.timeline(),
                  gap.fromLsn(),
                  gap.toLsn(),
                  Units.bytes(gap.bytes()),
                  gap.firstSegment(),
                  gap.lastSegment(),
                  gap.reason()));
    }
  }
}
