package io.mockupaws.engine.restore;

import java.nio.file.Path;
import java.util.List;

/**
 * A directory that is whole and can be started.
 *
 * @param files written
 * @param bytes written, without WAL
 * @param port where the server will listen
 * @param tablespaces made in the WAL on the way, kept inside
 * @param notes what was decided, for the operator
 */
record RestoredDirectory(
    Path directory,
    Owner owner,
    long files,
    long bytes,
    int port,
    List<String> tablespaces,
    List<String> notes) {
  RestoredDirectory {
    tablespaces = List.copyOf(tablespaces);
    notes = List.copyOf(notes);
  }
}
