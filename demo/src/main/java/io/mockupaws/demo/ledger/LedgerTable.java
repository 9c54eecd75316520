package io.mockupaws.demo.ledger;

import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** The tables {@code scenarios} and {@code scenario_logs} in a database. */
public final class LedgerTable {

  private static final int FETCH = 5_000;
  private static final String COLUMNS =
      "writer, number, scenario_id, logged_at, level, message, latency_ms, payload";
  static final String INSERT =
      "INSERT INTO scenario_logs ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING pg_current_xact_id()::text::bigint";

  private LedgerTable() {}

  /**
   * Creates both tables, fills {@code scenarios} with random rows and {@code scenario_logs} with
   * the first rows of writer 0.
   */
  public static void create(ServerLogin login, String database, LogRows rows, long preloaded) {
    try (Sql sql = login.sql(database)) {
      sql.run(
          """
          CREATE TABLE scenarios (
            id bigint PRIMARY KEY,
            name text NOT NULL,
            region text NOT NULL,
            spec jsonb NOT NULL,
            monthly_cost numeric(14, 4) NOT NULL,
            created_at timestamptz NOT NULL)
          """,
          """
          CREATE TABLE scenario_logs (
            writer integer NOT NULL,
            number bigint NOT NULL,
            scenario_id bigint NOT NULL,
            logged_at timestamptz NOT NULL,
            level text NOT NULL,
            message text NOT NULL,
            latency_ms double precision NOT NULL,
            payload bytea NOT NULL)
          """,
          scenarios(rows.scenarios()));
      load(sql.connection(), rows, preloaded);
      sql.run(
          "ALTER TABLE scenario_logs ADD PRIMARY KEY (writer, number)",
          "CREATE INDEX ON scenario_logs (scenario_id)",
          "CREATE INDEX ON scenarios USING gin (spec)",
          "ANALYZE");
    }
  }

  /** Reads every row of {@code scenario_logs}, in no order, a few thousand at a time. */
  public static void forEach(ServerLogin login, String database, Consumer<LogRow> consumer) {
    try (Connection connection = login.connect(database)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(FETCH);
        try (ResultSet results =
            statement.executeQuery("SELECT " + COLUMNS + " FROM scenario_logs")) {
          while (results.next()) {
            consumer.accept(read(results));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read scenario_logs: " + e.getMessage(), e);
    }
  }

  static void bind(PreparedStatement statement, LogRow row) throws SQLException {
    statement.setInt(1, row.writer());
    statement.setLong(2, row.number());
    statement.setLong(3, row.scenarioId());
    statement.setObject(4, utc(row.loggedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
    statement.setString(5, row.level());
    statement.setString(6, row.message());
    statement.setDouble(7, row.latencyMillis());
    statement.setBytes(8, HexFormat.of().parseHex(row.payload()));
  }

  private static LogRow read(ResultSet results) throws SQLException {
    return new LogRow(
        results.getInt(1),
        results.getLong(2),
        results.getLong(3),
        results.getObject(4, OffsetDateTime.class).toInstant(),
        results.getString(5),
        results.getString(6),
        results.getDouble(7),
        HexFormat.of().formatHex(results.getBytes(8)));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static String scenarios(int count) {
    return """
    INSERT INTO scenarios
    SELECT n,
           (ARRAY['checkout', 'ingest', 'batch', 'search', 'archive'])[1 + n %% 5]
             || '-' || substr(md5(random()::text), 1, 8),
           (ARRAY['us-east-1', 'eu-central-1', 'ap-south-1'])[1 + n %% 3],
           jsonb_build_object(
             'instances', 1 + (random() * 200)::int,
             'storage_gb', round((random() * 9000)::numeric, 2),
             'image', md5(random()::text) || md5(random()::text),
             'tags', jsonb_build_array(substr(md5(random()::text), 1, 6), n %% 97)),
           (random() * 100000)::numeric(14, 4),
           now() - random() * interval '400 days'
      FROM generate_series(1, %d) AS n
    """
        .formatted(count);
  }

  private static void load(Connection connection, LogRows rows, long count) {
    try (PGCopyOutputStream copy =
            new PGCopyOutputStream(
                connection.unwrap(PGConnection.class),
                "COPY scenario_logs (" + COLUMNS + ") FROM STDIN",
                1 << 16);
        Writer lines = new OutputStreamWriter(copy, StandardCharsets.UTF_8)) {
      for (long number = 1; number <= count; number++) {
        lines.write(line(rows.row(0, number)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot load scenario_logs: " + e.getMessage(), e);
    }
  }

  private static String line(LogRow row) {
    return String.join(
            "\t",
            Integer.toString(row.writer()),
            Long.toString(row.number()),
            Long.toString(row.scenarioId()),
            row.loggedAt().toString(),
            row.level(),
            row.message(),
            Double.toString(row.latencyMillis()),
            "\\\\x" + row.payload())
        + "\n";
  }
}
