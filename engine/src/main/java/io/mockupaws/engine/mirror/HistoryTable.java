package io.mockupaws.engine.mirror;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import io.mockupaws.engine.task.TaskRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table {@code public.backup_history}: a mirror of the record of runs. The repository is the
 * truth; the table may be behind, or lost, and is made again from it.
 */
public final class HistoryTable {
  private static final String NAME = "public.backup_history";

  /** A server that does not answer must not hold up who has just backed it up. */
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final String MISSING = "SELECT to_regclass('" + NAME + "') IS NULL";

  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS "
          + NAME
          + """
           (
            cluster text NOT NULL,
            backup_type text NOT NULL,
            run_id text NOT NULL,
            created_at timestamptz NOT NULL,
            finished_at timestamptz,
            status text NOT NULL CHECK (status IN ('running', 'success', 'failed')),
            backups text[] NOT NULL,
            bytes bigint NOT NULL,
            run_by text NOT NULL,
            error_code text,
            error text,
            next_step text,
            PRIMARY KEY (cluster, backup_type, run_id)
          )\
          """;

  private static final String MERGE =
      "INSERT INTO "
          + NAME
          + """
           AS h
          SELECT r.cluster, r.backup_type, r.run_id, r.created_at, r.finished_at, r.status,
                 ARRAY(SELECT jsonb_array_elements_text(r.backups)), r.bytes, r.run_by,
                 r.error_code, r.error, r.next_step
            FROM jsonb_to_recordset(?::jsonb)
                 AS r (cluster text, backup_type text, run_id text, created_at timestamptz,
                       finished_at timestamptz, status text, backups jsonb, bytes bigint,
                       run_by text, error_code text, error text, next_step text)
          ON CONFLICT (cluster, backup_type, run_id) DO UPDATE
            SET finished_at = EXCLUDED.finished_at, status = EXCLUDED.status,
                backups = EXCLUDED.backups, bytes = EXCLUDED.bytes,
                error_code = EXCLUDED.error_code, error = EXCLUDED.error,
                next_step = EXCLUDED.next_step
            WHERE h.status IS DISTINCT FROM EXCLUDED.status
          RETURNING 1\
          """;

  private final ServerAddress address;

  /** Of that database. */
  public HistoryTable(ServerAddress address) {
    this.address = address;
  }

  /**
   * Brings runs into the table, and makes the table where there is none.
   *
   * @return how many rows are other than before
   * @throws Failure what the server or the way to it fails with
   */
  public int update(String cluster, List<TaskRun> runs) {
    try (ServerSession session = open()) {
      create(session);
      return merge(session, cluster, runs);
    }
  }

  /**
   * Makes the rows of a cluster anew: those that the repository does not know go.
   *
   * @return how many there are
   * @throws Failure what the server or the way to it fails with; the table is then as it was
   */
  public int rebuild(String cluster, List<TaskRun> runs) {
    try (ServerSession session = open()) {
      create(session);
      session.run("rebuilding " + NAME, "BEGIN");
      session.query(
          "rebuilding " + NAME,
          "DELETE FROM " + NAME + " WHERE cluster = ? RETURNING 1",
          row -> true,
          cluster);
      int rows = merge(session, cluster, runs);
      session.run("rebuilding " + NAME, "COMMIT");
      return rows;
    }
  }

  /** Commits that wait for a stream would wait for the one that is not there. */
  private ServerSession open() {
    ServerSession session = ServerSession.open(address, ANSWER);
    try {
      session.run("preparing the session", "SET synchronous_commit TO local");
      session.run("preparing the session", "SET statement_timeout TO '10s'");
      session.run("preparing the session", "SET lock_timeout TO '3s'");
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void create(ServerSession session) {
    if (!session.one("looking for " + NAME, MISSING, row -> row.getBoolean(1))) {
      return;
    }
    try {
      session.run("making " + NAME, CREATE);
    } catch (Failure e) {
      if (e.code() != ErrorCode.SERVER_RIGHTS) {
        throw e;
      }
      throw new Failure(
          ErrorCode.SERVER_RIGHTS,
          e.what(),
          "as an administrator, in that database: GRANT CREATE ON SCHEMA public TO "
              + Sql.identifier(address.user())
              + "; or name another database by BACKUP_HISTORY_URL; none: no such table",
          e);
    }
  }

  private static int merge(ServerSession session, String cluster, List<TaskRun> runs) {
    ArrayNode rows = JsonMapper.shared().createArrayNode();
    runs.forEach(run -> rows.add(row(cluster, run)));
    return session
        .query("writing " + NAME, MERGE, row -> true, JsonMapper.shared().writeValueAsString(rows))
        .size();
  }

  private static ObjectNode row(String cluster, TaskRun run) {
    ObjectNode row =
        JsonMapper.shared()
            .createObjectNode()
            .put("cluster", cluster)
            .put("backup_type", run.task().word())
            .put("run_id", run.id())
            .put("created_at", run.started().toString())
            .put("status", run.status().word())
            .put("bytes", run.bytes())
            .put("run_by", run.by());
    run.ended().map(Instant::toString).ifPresent(at -> row.put("finished_at", at));
    run.error()
        .ifPresent(
            error ->
                row.put("error_code", error.code())
                    .put("error", error.what())
                    .put("next_step", error.next()));
    ArrayNode backups = row.putArray("backups");
    run.made().forEach(backups::add);
    return row;
  }
}
