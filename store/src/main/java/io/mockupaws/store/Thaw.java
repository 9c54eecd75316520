package io.mockupaws.store;

/**
 * How fast objects in a frozen class are made readable. What it takes and costs is in S3's
 * documents ("Archive retrieval options") and price list.
 */
public enum Thaw {
  /** Minutes, for GLACIER alone. */
  EXPEDITED("Expedited"),
  /** Some hours. */
  STANDARD("Standard"),
  /** Half a day to two days. */
  BULK("Bulk");

  private final String tier;

  Thaw(String tier) {
    this.tier = tier;
  }

  /** S3's name for it. */
  String tier() {
    return tier;
  }
}
