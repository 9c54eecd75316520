package io.mockupaws.engine.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A directory that is whole and can be started.
 *
 * @param files written
 * @param bytes written, without WAL
 * @param port where the server will listen
 * @param tablespaces made in the WAL on the way, kept inside
 * @param notes what was decided, for the operator
 * @param fetchedBytes of {@code bytes}, those that were not there already
 * @param oldDirectory what the target held before, kept under another name
 * @param keptWal WAL that was in the target and that the journal does not have
 */
record RestoredDirectory(
    Path directory,
    Owner owner,
    long files,
    long bytes,
    int port,
    List<String> tablespaces,
    List<String> notes,
    long fetchedBytes,
    Optional<Path> oldDirectory,
    Optional<Path> keptWal) {
  RestoredDirectory {
    tablespaces = List.copyOf(tablespaces);
    notes = List.copyOf(notes);
  }
}
