package io.mockupaws.core.pg;

/**
 * What names a relation's files ({@code RelFileLocator}, src/include/storage/relfilelocator.h). All
 * three are 32 bits, unsigned.
 *
 * @param tablespace its OID; 1663 is the default, 1664 the shared one
 * @param database its OID; 0 for relations that all databases share
 * @param number the file's number, which changes when the relation is rewritten
 */
public record Relation(int tablespace, int database, int number) {
  /** {@code pg_default}: files under {@code base}. */
  public static final int DEFAULT_TABLESPACE = 1663;

  /** {@code pg_global}: files under {@code global}. */
  public static final int GLOBAL_TABLESPACE = 1664;

  /** As PostgreSQL's tools write it: {@code 1663/5/16384}. */
  @Override
  public String toString() {
    return Integer.toUnsignedString(tablespace)
        + "/"
        + Integer.toUnsignedString(database)
        + "/"
        + Integer.toUnsignedString(number);
  }
}
