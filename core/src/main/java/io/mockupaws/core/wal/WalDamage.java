package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;

/**
 * WAL that breaks the rules: what lies from {@code lsn} on cannot be trusted.
 *
 * @param lsn the start of the record in which or behind which the fault lies, or of the page whose
 *     header is wrong between two records; every record that ends at or before it was right
 * @param seenAt where the fault was noticed
 * @param reason which rule
 * @param detail found and expected, for people
 */
public record WalDamage(Lsn lsn, Lsn seenAt, Reason reason, String detail) {

  /** The rules, after src/backend/access/transam/xlogreader.c. */
  public enum Reason {
    /** A page does not start with a magic we know, or not with that of the pages before. */
    PAGE_MAGIC,
    /** A page's flag bits are impossible at its place. */
    PAGE_FLAGS,
    /** A page says that it lies elsewhere: a recycled file, or pages mixed up. */
    PAGE_ADDRESS,
    /** A page's timeline runs backwards or beyond the timeline being read. */
    PAGE_TIMELINE,
    /** A segment's first page tells another cluster, segment size or block size. */
    SEGMENT_HEADER,
    /** A record does not go on where it must, or at another length. */
    CONTINUATION,
    /** A record's length is impossible. */
    RECORD_LENGTH,
    /** A record's header is impossible. */
    RECORD_HEADER,
    /** A record does not name the one before it. */
    RECORD_CHAIN,
    /** A record's checksum is wrong. */
    RECORD_CHECKSUM,
    /** The record that must explain a broken-off one is missing or explains another. */
    OVERWRITE,
    /** WAL goes on behind what looked like its end. */
    GAP
  }

  @Override
  public String toString() {
    return "damage at " + lsn + " (" + reason + ", seen at " + seenAt + "): " + detail;
  }
}
