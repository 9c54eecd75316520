package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The cluster's files as the server itself lists and reads them. */
final class SqlSource implements FileSource {
  private static final int BATCH = 2000;
  private static final int FILE_MODE = 0600;
  private static final int GROUP_READS_FILE = 0040;
  private static final int GROUP_READS_DIRECTORY = 0050;

  private final ServerSession held;
  private final ServerFacts facts;
  private final Set<ServerSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A source.
   *
   * @param held the session of the backup, used here only for its address
   * @param facts the server that every further connection must lead to
   */
  SqlSource(ServerSession held, ServerFacts facts) {
    this.held = held;
    this.facts = facts;
  }

  @Override
  public ReadMode mode() {
    return ReadMode.SQL;
  }

  /**
   * The server follows links and tells no permissions: those of all entries follow from those of
   * the data directory, as {@code SetDataDirectoryCreatePerm} has it ({@code
   * src/common/file_perm.c}).
   */
  @Override
  public Listing list(Exclusions exclusions) {
    Listing listing = new Listing(exclusions);
    boolean group = (facts.directoryMode() & GROUP_READS_FILE) != 0;
    int fileMode = group ? FILE_MODE | GROUP_READS_FILE : FILE_MODE;
    int directoryMode = group ? 0700 | GROUP_READS_DIRECTORY : 0700;
    try (ServerSession session = open()) {
      session.stream(
          "listing its files",
          FileQuery.list(exclusions),
          BATCH,
          row -> {
            String path = row.getString(1);
            if (row.getBoolean(5)) {
              return listing.addDirectory(path, directoryMode);
            }
            listing.addFile(
                path,
                row.getLong(2),
                Instant.ofEpochMilli(row.getLong(3)),
                Instant.ofEpochSecond(row.getLong(4)),
                fileMode);
            return true;
          },
          taken -> {});
    }
    return listing.seal();
  }

  @Override
  public FileReader reader() {
    return new SqlReader(this::open, Pause.DOUBLING);
  }

  /** Behind one name there can be several servers; only that of the held session will do. */
  private ServerSession open() {
    ServerSession session = ServerSession.open(held.address());
    sessions.add(session);
    if (closed) {
      session.close();
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the backup was broken off; nothing of it is visible",
          "take it again");
    }
    Instant started =
        session.one(
            "asking since when it runs",
            "SELECT pg_postmaster_start_time()",
            row -> row.getTimestamp(1).toInstant());
    if (!started.equals(facts.postmasterStarted())) {
      session.close();
      throw new Failure(
          ErrorCode.SERVER_CHANGED,
          "a second connection to " + held.address() + " reached another server or a later run",
          "give the address of one server, not of a balancer, and take the backup again");
    }
    return session;
  }

  /** Cuts off whatever still reads. */
  @Override
  public void close() {
    closed = true;
    sessions.forEach(ServerSession::abort);
    sessions.clear();
  }
}
