package io.mockupaws.engine.database;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.HostPort;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A database as it is, to be looked up once it is another.
 *
 * @param server its version
 * @param database its name
 * @param bytes of it
 * @param lsn up to which the server has written WAL
 * @param lastCommit the server's last; empty unless {@code track_commit_timestamp} is on
 * @param relations tables and materialized views, the largest first
 */
public record DatabaseState(
    String server,
    String database,
    long bytes,
    String lsn,
    Optional<Instant> lastCommit,
    List<RelationState> relations) {
  /** Between the postmaster's beginning and what it calls its start. */
  private static final int START_SECONDS = 60;

  private static final String DOING = "recording the state of the destination";

  private static final String FACTS =
      """
      SELECT current_setting('server_version'), current_database(),
             pg_database_size(current_database()), pg_current_wal_insert_lsn()::text,
             current_setting('track_commit_timestamp') = 'on'
      """;

  private static final String RELATIONS =
      """
      SELECT n.nspname || '.' || c.relname,
             c.relpages::bigint * current_setting('block_size')::bigint,
             greatest(c.reltuples, 0)::bigint
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       ORDER BY 2 DESC, 1
      """;

  /**
   * One relation.
   *
   * @param bytes of its own, without indexes and TOAST, as of the last VACUUM or ANALYZE: what
   *     measures them waits for whoever holds the table
   * @param estimatedRows {@code reltuples}: as of the last VACUUM or ANALYZE
   */
  public record RelationState(String name, long bytes, long estimatedRows) {}

  public DatabaseState {
    relations = List.copyOf(relations);
  }

  /**
   * Reads it.
   *
   * @throws Failure as {@link ServerSession#open}
   */
  public static DatabaseState read(ServerAddress address) {
    try (ServerSession session = ServerSession.open(address)) {
      List<RelationState> relations =
          session.query(
              DOING,
              RELATIONS,
              row -> new RelationState(row.getString(1), row.getLong(2), row.getLong(3)));
      return session.one(
          DOING,
          FACTS,
          row ->
              new DatabaseState(
                  row.getString(1),
                  row.getString(2),
                  row.getLong(3),
                  row.getString(4),
                  row.getBoolean(5) ? lastCommit(session) : Optional.empty(),
                  relations));
    }
  }

  private static Optional<Instant> lastCommit(ServerSession session) {
    return session
        .query(
            DOING,
            "SELECT timestamp FROM pg_last_committed_xact() WHERE timestamp IS NOT NULL",
            row -> row.getObject(1, OffsetDateTime.class).toInstant())
        .stream()
        .findFirst();
  }

  /** Room on the disk of the server's data; empty where the server does not say or is elsewhere. */
  public static OptionalLong free(ServerAddress address) {
    if (!address.hosts().stream().allMatch(DatabaseState::isHere)) {
      return OptionalLong.empty();
    }
    try (ServerSession session = ServerSession.open(address.withDatabase("postgres"))) {
      String shown = session.one(DOING, "SHOW data_directory", row -> row.getString(1));
      Path directory = Path.of(shown);
      return runsIn(directory, session)
          ? OptionalLong.of(Files.getFileStore(directory).getUsableSpace())
          : OptionalLong.empty();
    } catch (Failure | IOException e) {
      return OptionalLong.empty();
    }
  }

  /** A forwarded port of another host or a container looks like ours, its directory may too. */
  private static boolean runsIn(Path directory, ServerSession session) throws IOException {
    Path lock = directory.resolve("postmaster.pid");
    if (!Files.isReadable(lock)) {
      return false;
    }
    List<String> lines = Files.readAllLines(lock);
    String port = session.one(DOING, "SHOW port", row -> row.getString(1));
    long started =
        session.one(
            DOING,
            "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint",
            row -> row.getLong(1));
    // src/include/utils/pidfile.h: the third line is the start, the fourth the port
    return lines.size() > 3
        && lines.get(3).strip().equals(port)
        && Math.abs(Long.parseLong(lines.get(2).strip()) - started) < START_SECONDS;
  }

  private static boolean isHere(HostPort place) {
    try {
      return place.host().startsWith("/")
          || InetAddress.getByName(place.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
