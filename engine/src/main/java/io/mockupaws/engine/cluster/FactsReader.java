package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Timeline;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks a server what it is. */
final class FactsReader {
  /** Those that a restore must or may want to know, and those that init checks. */
  private static final List<String> SETTINGS =
      List.of(
          "allow_in_place_tablespaces",
          "archive_command",
          "archive_library",
          "archive_mode",
          "archive_timeout",
          "block_size",
          "cluster_name",
          "config_file",
          "data_checksums",
          "data_directory",
          "data_directory_mode",
          "external_pid_file",
          "fsync",
          "full_page_writes",
          "hba_file",
          "hot_standby",
          "ident_file",
          "idle_replication_slot_timeout",
          "krb_server_keyfile",
          "lc_messages",
          "listen_addresses",
          "log_timezone",
          "max_connections",
          "max_locks_per_transaction",
          "max_prepared_transactions",
          "max_replication_slots",
          "max_slot_wal_keep_size",
          "max_wal_senders",
          "max_wal_size",
          "max_worker_processes",
          "port",
          "server_encoding",
          "server_version",
          "server_version_num",
          "shared_preload_libraries",
          "ssl",
          "ssl_ca_file",
          "ssl_cert_file",
          "ssl_crl_dir",
          "ssl_crl_file",
          "ssl_dh_params_file",
          "ssl_key_file",
          "synchronous_standby_names",
          "TimeZone",
          "track_commit_timestamp",
          "unix_socket_directories",
          "wal_block_size",
          "wal_level",
          "wal_log_hints",
          "wal_segment_size",
          "wal_sender_timeout");

  private static final String IDENTITY =
      "SELECT s.system_identifier, s.catalog_version_no, i.blocks_per_segment,"
          + " i.database_block_size, i.bytes_per_wal_segment, i.data_page_checksum_version,"
          + " pg_is_in_recovery() AS standby, CASE WHEN pg_is_in_recovery() THEN"
          + " c.timeline_id::bigint ELSE ('x' ||"
          + " substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint END AS"
          + " timeline, pg_postmaster_start_time() AS started FROM pg_control_system() s,"
          + " pg_control_init() i, pg_control_checkpoint() c";

  private final ServerSession session;

  FactsReader(ServerSession session) {
    this.session = session;
  }

  ServerFacts read() {
    Map<String, String> settings = settings();
    int version = Integer.parseInt(settings.getOrDefault("server_version_num", "0"));
    demandKnown(version, settings.getOrDefault("server_version", "unknown"));
    demandRight(settings);
    // In two steps: an unknown version may lack a function of the second.
    List<Tablespace> tablespaces = tablespaces();
    return session.one(
        "asking who it is", IDENTITY, row -> facts(row, version, settings, tablespaces));
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    session.query(
        "reading its settings",
        "SELECT name, setting FROM pg_settings WHERE name = ANY (?)",
        row -> {
          String value = row.getString("setting");
          if (value != null) {
            settings.put(row.getString("name"), value);
          }
          return true;
        },
        (Object) SETTINGS.toArray(String[]::new));
    settings.put("TimeZone", new ServerZone(session, settings).find());
    return settings;
  }

  private void demandKnown(int version, String name) {
    int major = version / 10000;
    if (major < ServerFacts.OLDEST_MAJOR || major > ServerFacts.NEWEST_MAJOR) {
      throw new Failure(
          ErrorCode.SERVER_VERSION,
          "the server " + session.address() + " is PostgreSQL " + name,
          "PostgreSQL "
              + ServerFacts.OLDEST_MAJOR
              + " to "
              + ServerFacts.NEWEST_MAJOR
              + " are understood; see whether a newer release of mockupaws knows this version");
    }
  }

  /** Without the right, settings that name paths are missing from the view. */
  private void demandRight(Map<String, String> settings) {
    if (!settings.containsKey("data_directory")) {
      throw new Failure(
          ErrorCode.SERVER_RIGHTS,
          "the role " + session.address().user() + " may not read all settings of the server",
          "as an administrator: GRANT pg_read_all_settings TO "
              + Sql.identifier(session.address().user())
              + ";");
    }
  }

  private List<Tablespace> tablespaces() {
    return session.query(
        "listing its tablespaces",
        "SELECT oid::bigint, spcname, pg_tablespace_location(oid) AS location FROM pg_tablespace"
            + " WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid",
        row -> new Tablespace(row.getLong(1), row.getString(2), row.getString(3)));
  }

  private static ServerFacts facts(
      ResultSet row, int version, Map<String, String> settings, List<Tablespace> tablespaces)
      throws SQLException {
    return new ServerFacts(
        version,
        row.getLong("system_identifier"),
        new Timeline((int) row.getLong("timeline")),
        row.getInt("bytes_per_wal_segment"),
        row.getInt("database_block_size"),
        row.getInt("blocks_per_segment"),
        row.getInt("catalog_version_no"),
        settings.getOrDefault("data_directory", ""),
        Integer.parseInt(settings.getOrDefault("data_directory_mode", "0700"), 8),
        row.getInt("data_page_checksum_version") != 0,
        row.getBoolean("standby"),
        settings.getOrDefault("server_encoding", ""),
        settings.getOrDefault("TimeZone", "UTC"),
        row.getTimestamp("started").toInstant(),
        settings,
        tablespaces);
  }
}
