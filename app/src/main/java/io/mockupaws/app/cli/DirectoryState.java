package io.mockupaws.app.cli;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.restore.Existing;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A data directory as it was before a restore changed it.
 *
 * @param systemIdentifier of the cluster in it; empty where nothing told
 * @param bytes of its files
 * @param walEnd up to where its own WAL reached; empty when it was not the cluster's
 */
record DirectoryState(
    String directory,
    Optional<String> systemIdentifier,
    long files,
    long bytes,
    Optional<String> walEnd) {
  static DirectoryState of(Path directory, Existing existing) {
    return new DirectoryState(
        directory.toString(),
        existing.systemIdentifier(),
        existing.files(),
        existing.bytes(),
        existing.unshipped().map(Unshipped::to).map(Lsn::toString));
  }
}
