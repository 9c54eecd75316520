package io.mockupaws.engine.cluster;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a server counts of its own archiving and of those that stream from it ({@code
 * pg_stat_archiver}, {@code pg_stat_replication}, {@code pg_replication_slots}).
 *
 * @param clock the server's time
 * @param archiver empty where {@code archive_mode} is off
 * @param standbys those that stream; none where the role may not read them, which {@code
 *     pg_read_all_stats} lets it
 * @param slots every replication slot
 */
public record ServerStatistics(
    Instant clock, Optional<Archiver> archiver, List<Standby> standbys, List<SlotLag> slots) {
  public ServerStatistics {
    standbys = List.copyOf(standbys);
    slots = List.copyOf(slots);
  }

  /**
   * A slot.
   *
   * @param lagBytes WAL that is kept for it
   */
  public record SlotLag(String name, long lagBytes) {}

  /**
   * Its {@code archive_command}.
   *
   * @param archived how many segments it took since the counters were reset
   * @param failed how often it failed since then
   */
  public record Archiver(
      long archived, long failed, Optional<Instant> lastArchived, Optional<Instant> lastFailed) {}

  /**
   * One that streams.
   *
   * @param name its {@code application_name}
   * @param lagBytes WAL it has not flushed
   * @param lagSeconds between a flush here and its word of the same there; empty while nothing is
   *     written
   */
  public record Standby(String name, long lagBytes, OptionalDouble lagSeconds) {}

  private static final String ARCHIVER =
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,"
          + " current_setting('archive_mode') <> 'off', archived_count, failed_count,"
          + " (extract(epoch FROM last_archived_time) * 1000000)::bigint,"
          + " (extract(epoch FROM last_failed_time) * 1000000)::bigint"
          + " FROM pg_stat_archiver";

  private static final String END =
      "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
          + " ELSE pg_current_wal_flush_lsn() END";

  private static final String STANDBYS =
      "SELECT coalesce(application_name, ''), greatest(0, pg_wal_lsn_diff("
          + END
          + ", flush_lsn))::bigint, extract(epoch FROM flush_lag)::float8"
          + " FROM pg_stat_replication WHERE flush_lsn IS NOT NULL ORDER BY 1";

  private static final String SLOTS =
      "SELECT slot_name::text, greatest(0, pg_wal_lsn_diff("
          + END
          + ", restart_lsn))::bigint FROM pg_replication_slots WHERE restart_lsn IS NOT NULL"
          + " ORDER BY 1";

  /** Asks the server. */
  public static ServerStatistics read(ServerSession session) {
    List<Standby> standbys =
        session.query(
            "asking who streams",
            STANDBYS,
            row -> {
              double seconds = row.getDouble(3);
              return new Standby(
                  row.getString(1),
                  row.getLong(2),
                  row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(seconds));
            });
    List<SlotLag> slots =
        session.query(
            "asking which slots there are",
            SLOTS,
            row -> new SlotLag(row.getString(1), row.getLong(2)));
    return session.one(
        "asking how its archiving goes",
        ARCHIVER,
        row -> {
          Instant clock = time(row.getLong(1));
          if (!row.getBoolean(2)) {
            return new ServerStatistics(clock, Optional.empty(), standbys, slots);
          }
          Archiver archiver =
              new Archiver(
                  row.getLong(3),
                  row.getLong(4),
                  Optional.of(row.getLong(5)).filter(t -> t != 0).map(ServerStatistics::time),
                  Optional.of(row.getLong(6)).filter(t -> t != 0).map(ServerStatistics::time));
          return new ServerStatistics(clock, Optional.of(archiver), standbys, slots);
        });
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
