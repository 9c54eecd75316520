package io.mockupaws.engine.database;

import io.mockupaws.engine.restore.RestoreListener;

/** Watches a database being brought back, from the recovery on; called by one thread at a time. */
public interface DatabaseListener extends RestoreListener {
  void progress(DatabaseProgress progress);
}
