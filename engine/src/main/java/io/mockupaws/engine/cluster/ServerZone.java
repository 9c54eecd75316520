package io.mockupaws.engine.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the time zone that a server is set to. The driver sets each session's zone to this
 * process's, and {@code pg_settings} shows nothing else: the server's stands in its files.
 */
final class ServerZone {
  private static final String READ =
      "pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)";
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern LINE =
      Pattern.compile("(?im)^[ \\t]*timezone[ \\t]*[= \\t][ \\t]*'?([^'#\\s]+)");

  private final ServerSession session;
  private final Map<String, String> settings;

  ServerZone(ServerSession session, Map<String, String> settings) {
    this.session = session;
    this.settings = settings;
  }

  /**
   * As far as the role may see: from PostgreSQL's own reading of its files, which few roles may
   * ask; from the two files themselves, without those they include; else the zone of the log, which
   * initdb sets alike.
   */
  String find() {
    return asRead().or(this::inFiles).orElse(settings.getOrDefault("log_timezone", "UTC"));
  }

  private Optional<String> asRead() {
    if (!may(
        "has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')"
            + " AND has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')")) {
      return Optional.empty();
    }
    return session
        .query(
            "reading its time zone",
            "SELECT setting FROM pg_catalog.pg_file_settings"
                + " WHERE lower(name) = 'timezone' AND applied ORDER BY seqno DESC LIMIT 1",
            row -> row.getString(1))
        .stream()
        .findFirst();
  }

  private Optional<String> inFiles() {
    if (!may("has_function_privilege('" + READ + "', 'EXECUTE')")) {
      return Optional.empty();
    }
    String main = settings.getOrDefault("config_file", "");
    boolean readable =
        main.startsWith(settings.getOrDefault("data_directory", "") + "/")
            || may("pg_has_role('pg_read_server_files', 'USAGE')");
    return in("postgresql.auto.conf").or(() -> readable ? in(main) : Optional.empty());
  }

  /** The last of several lines counts. */
  private Optional<String> in(String file) {
    List<String> texts =
        session.query(
            "reading its time zone",
            "SELECT pg_catalog.pg_read_binary_file(?, 0, " + MOST_BYTES + ", true)",
            row ->
                row.getBytes(1) == null
                    ? ""
                    : new String(row.getBytes(1), StandardCharsets.ISO_8859_1),
            file);
    return texts.stream()
        .flatMap(text -> LINE.matcher(text).results())
        .map(found -> found.group(1))
        .reduce((a, b) -> b);
  }

  private boolean may(String condition) {
    return session.one(
        "looking at the role's rights", "SELECT " + condition, row -> row.getBoolean(1));
  }
}
