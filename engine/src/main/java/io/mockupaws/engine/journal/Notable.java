package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;

/**
 * A record that a restore or an operator asks for.
 *
 * @param start where the record begins
 * @param detail what it says: a tablespace's OID and path, a setting's values, a point's name
 */
public record Notable(Kind kind, Lsn start, String detail) {

  /** Which kinds of records are noted. */
  public enum Kind {
    TABLESPACE_CREATE,
    TABLESPACE_DROP,
    DATABASE_COPY,
    DATABASE_DROP,
    PARAMETER_CHANGE,
    RESTORE_POINT,
    END_OF_RECOVERY,
    /** A record whose checksum is right and whose content cannot be understood. */
    UNREADABLE
  }
}
