package io.mockupaws.core.wal;

/**
 * Takes what records changed in relations' files. OIDs, relations' numbers and blocks are 32 bits,
 * unsigned; forks are PostgreSQL's numbers, never that of the free space map. The order in which
 * calls come does not matter, nor whether one is repeated.
 */
public interface ChangeSink {
  /** A block changed, or was made. */
  void block(int tablespace, int database, int relation, int fork, int block);

  /** Nothing from {@code limit} on is as it was: the fork was made, cut off there, or removed. */
  void from(int tablespace, int database, int relation, int fork, int limit);

  /** A database was made or dropped in a tablespace: no file of it there is as it was. */
  void database(int tablespace, int database);

  /** Any block of any relation may have changed. */
  void everything(String why);
}
