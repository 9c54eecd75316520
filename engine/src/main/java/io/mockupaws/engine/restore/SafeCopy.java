package io.mockupaws.engine.restore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that keep a restored copy from doing harm: it archives nothing, follows nobody,
 * waits for nobody, subscribes to nothing, listens to this host only and writes nothing outside its
 * directory.
 */
final class SafeCopy {
  /**
   * Libraries a copy may load: they observe, or the data cannot be read or replayed without them.
   * Others may act by a timer of their own (jobs, calls to other servers), so they are left out.
   */
  private static final List<String> HARMLESS =
      List.of(
          "auto_explain",
          "auth_delay",
          "credcheck",
          "hypopg",
          "orioledb",
          "passwordcheck",
          "pg_hint_plan",
          "pg_prewarm",
          "pg_qualstats",
          "pg_stat_kcache",
          "pg_stat_monitor",
          "pg_stat_statements",
          "pg_store_plans",
          "pg_tde",
          "pg_wait_sampling",
          "pgaudit",
          "pgextwlist",
          "plprofiler",
          "plpgsql",
          "safeupdate",
          "sepgsql",
          "set_user",
          "timescaledb");

  private static final Pattern MEMORY = Pattern.compile("([0-9]+)\\s*(B|kB|MB|GB|TB)?");
  private static final long BUFFER_BLOCK = 8192;

  private SafeCopy() {}

  /**
   * What the copy finds on this host.
   *
   * @param port a free one
   * @param freeMemory bytes that can be had without swapping
   * @param installed whether a library of that name can be loaded
   */
  record Host(int port, long freeMemory, Predicate<String> installed) {}

  /**
   * The settings and what was decided on the way.
   *
   * @param notes for the operator
   */
  record Settings(Map<String, String> values, List<String> notes) {}

  /** The settings of a copy of a server whose configuration files say {@code effective}. */
  static Settings of(Map<String, String> effective, Host host, int major) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    apart(values, major);
    reachable(values, host.port());
    logging(values);
    libraries(effective, host, values, notes);
    memory(effective, host, values, notes);
    return new Settings(values, notes);
  }

  /** Nothing goes to other servers, and nothing waits for them. */
  private static void apart(Map<String, String> values, int major) {
    values.put("archive_mode", "off");
    values.put("archive_command", "");
    values.put("archive_library", "");
    values.put("primary_conninfo", "");
    values.put("primary_slot_name", "");
    values.put("synchronous_standby_names", "");
    values.put("max_logical_replication_workers", "0");
    if (major >= 17) {
      values.put("sync_replication_slots", "off");
      values.put("synchronized_standby_slots", "");
    }
  }

  /**
   * Only this host can connect, and over the socket in the directory only its owner. A relative
   * socket directory is taken from the data directory, so it moves with it and has no long path.
   */
  private static void reachable(Map<String, String> values, int port) {
    values.put("listen_addresses", "localhost");
    values.put("port", Integer.toString(port));
    values.put("unix_socket_directories", ".");
    values.put("unix_socket_group", "");
    values.put("unix_socket_permissions", "0700");
    values.put("bonjour", "off");
    values.put("external_pid_file", "");
    values.put("ssl_passphrase_command", "");
  }

  private static void logging(Map<String, String> values) {
    values.put("logging_collector", "off");
    values.put("log_destination", "stderr");
    values.put("log_directory", "log");
  }

  private static void libraries(
      Map<String, String> effective, Host host, Map<String, String> values, List<String> notes) {
    for (String setting :
        List.of(
            "shared_preload_libraries", "session_preload_libraries", "local_preload_libraries")) {
      List<String> kept = new ArrayList<>();
      for (String library : names(effective.getOrDefault(setting, ""))) {
        String name = library.substring(library.lastIndexOf('/') + 1);
        if (!HARMLESS.contains(name)) {
          notes.add(setting + ": " + library + " is left out, a copy must not act by itself");
        } else if (!host.installed().test(name)) {
          notes.add(setting + ": " + library + " is left out, it is not installed here");
        } else {
          kept.add(library);
        }
      }
      values.put(setting, String.join(", ", kept));
      if (kept.contains("timescaledb")) {
        values.put("timescaledb.max_background_workers", "0");
      }
    }
  }

  private static List<String> names(String list) {
    return Pattern.compile(",")
        .splitAsStream(list)
        .map(name -> name.strip().replace("\"", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** A copy beside the live server must not take its memory: at most a quarter of what is free. */
  private static void memory(
      Map<String, String> effective, Host host, Map<String, String> values, List<String> notes) {
    if (!effective.getOrDefault("huge_pages", "try").equals("off")) {
      values.put("huge_pages", "try");
    }
    long wanted = bytes(effective.getOrDefault("shared_buffers", "128MB"));
    long most = Math.max(host.freeMemory() / 4, 16L << 20);
    if (wanted > most) {
      values.put("shared_buffers", (most >> 20) + "MB");
      notes.add(
          "shared_buffers is "
              + (most >> 20)
              + " MB instead of "
              + effective.get("shared_buffers")
              + ": a quarter of this host's free memory");
    }
  }

  private static long bytes(String value) {
    Matcher matcher = MEMORY.matcher(value.strip());
    if (!matcher.matches()) {
      return Long.MAX_VALUE;
    }
    String unit = String.valueOf(matcher.group(2));
    long factor =
        switch (unit) {
          case "B" -> 1;
          case "kB" -> 1L << 10;
          case "MB" -> 1L << 20;
          case "GB" -> 1L << 30;
          case "TB" -> 1L << 40;
          // without a unit the number counts blocks
          default -> BUFFER_BLOCK;
        };
    return Long.parseLong(matcher.group(1)) * factor;
  }
}
