package io.mockupaws.core.pg;

/** A branch of a cluster's history: PostgreSQL's {@code TimeLineID}, 32 bits, from 1. */
public record Timeline(int id) implements Comparable<Timeline> {
  public Timeline {
    if (id == 0) {
      throw new IllegalArgumentException("a timeline counts from 1");
    }
  }

  /** The file that tells this timeline's ancestors, for example {@code 00000002.history}. */
  public String historyFileName() {
    return hex() + ".history";
  }

  /** Eight hexadecimal digits, as in names of segments. */
  public String hex() {
    return String.format("%08X", id);
  }

  @Override
  public int compareTo(Timeline other) {
    return Integer.compareUnsigned(id, other.id);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(id);
  }
}
