package io.mockupaws.engine.journal;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Locale;

/** How the journal's objects are named, below a cluster's prefix ({@code docs/FORMAT.md}). */
record JournalKeys(String cluster) {
  static final String WAL = "wal/";
  static final String TAIL = "tail/";
  static final String HISTORY = "history/";
  static final String HOLES = "holes/";
  static final String HEARD = "heard/";
  static final String SEAMS = "seams/";
  static final String SUMMARIES = "summaries/";

  ObjectKey segment(SegmentName segment) {
    return key(WAL + segment.timeline().hex() + "/" + segment.fileName());
  }

  /** Which blocks the records changed that end in a segment. */
  ObjectKey summary(SegmentName segment) {
    return key(SUMMARIES + segment.timeline().hex() + "/" + segment.fileName());
  }

  ObjectKey piece(SegmentName segment, Piece piece) {
    return key(TAIL + segment.fileName() + "/" + hex8(piece.from()) + "-" + hex8(piece.to()));
  }

  String pieces(SegmentName segment) {
    return TAIL + segment.fileName() + "/";
  }

  ObjectKey history(Timeline timeline) {
    return key(HISTORY + timeline.historyFileName());
  }

  ObjectKey hole(Timeline timeline, Lsn from, Lsn to) {
    return key(HOLES + holeName(timeline, from, to));
  }

  static String holeName(Timeline timeline, Lsn from, Lsn to) {
    return timeline.hex() + "-" + hex16(from.value()) + "-" + hex16(to.value());
  }

  /** A mark that indexes from {@code at} on were made without what lies before. */
  ObjectKey seam(Timeline timeline, Lsn at) {
    return key(SEAMS + timeline.hex() + "-" + hex16(at.value()));
  }

  /** A mark that nothing was written behind {@code end} up to {@code at}. */
  ObjectKey heard(Timeline timeline, Lsn end, Instant at) {
    return key(HEARD + timeline.hex() + "-" + hex16(end.value()) + "-" + hex16(at.toEpochMilli()));
  }

  private ObjectKey key(String relative) {
    return ObjectKey.of(cluster + relative);
  }

  private static String hex8(int value) {
    return String.format(Locale.ROOT, "%08X", value);
  }

  private static String hex16(long value) {
    return String.format(Locale.ROOT, "%016X", value);
  }
}
