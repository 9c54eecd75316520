package io.mockupaws.engine.database;

import io.mockupaws.engine.cluster.ServerAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A dump somebody wants in a database, and how.
 *
 * @param destination the database, on a server that runs
 * @param disconnect whether connections that stand in the way may be ended
 * @param jobs connections that restore at once, from a file beside; empty: one, from a pipe
 * @param temporary where that file lies meanwhile
 * @param binaries where the client programs are, if not in the usual places
 * @param asked when the command began
 */
public record DumpRequest(
    ServerAddress destination,
    Way way,
    boolean disconnect,
    Omissions omissions,
    OptionalInt jobs,
    Path temporary,
    Optional<Path> binaries,
    Instant asked) {}
