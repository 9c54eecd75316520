package io.mockupaws.core.wal;

/** Takes records in the order of the WAL. */
@FunctionalInterface
public interface WalSink {
  /**
   * One whole record whose checksum was right.
   *
   * @param record a view that is valid during this call only and shows another record afterwards
   */
  void record(WalRecord record);
}
