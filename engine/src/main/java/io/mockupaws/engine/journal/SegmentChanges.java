package io.mockupaws.engine.journal;

import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.core.wal.WalChanges;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.util.Optional;

/**
 * Gathers the summary of one segment after the other: what the records changed that end in it.
 * Nothing is said of a segment when a record may have ended in it that was not seen whole, or when
 * something in it could not be read.
 */
public final class SegmentChanges implements WalSink {
  /**
   * Bytes of a relation's page, by which a heap's block leads to one of its visibility map. A
   * server with pages of another size does not use what is gathered here.
   */
  static final int BLOCK_SIZE = 8192;

  private final SummaryBuilder builder = new SummaryBuilder();
  private final WalChanges changes = new WalChanges(builder, BLOCK_SIZE);
  private boolean linked;

  /**
   * A segment begins.
   *
   * @param walk that stands at its beginning; it has to have read the record before
   */
  public void begin(WalWalk walk) {
    builder.clear();
    linked = walk.state() instanceof WalState.Reading && walk.lastWhole().isPresent();
  }

  @Override
  public void record(WalRecord record) {
    changes.record(record);
  }

  /** What was seen to change since the segment began: of its summary all, or a part. */
  public Summary seen() {
    return builder.summary();
  }

  /** The bytes of the summary of the segment that ends where a walk stands. */
  Optional<byte[]> of(WalWalk walk) {
    return linked && walk.state() instanceof WalState.Reading
        ? Optional.of(SummaryBytes.of(builder.summary()))
        : Optional.empty();
  }
}
