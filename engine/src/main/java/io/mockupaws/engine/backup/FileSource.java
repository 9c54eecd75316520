package io.mockupaws.engine.backup;

/** Where a backup finds the cluster's files. Safe for use by many threads. */
interface FileSource extends AutoCloseable {
  ReadMode mode();

  /** What the data directory holds at this time and a backup takes. */
  Listing list(Exclusions exclusions);

  /** A reader for one worker, closed by the caller. */
  FileReader reader();

  @Override
  void close();
}
