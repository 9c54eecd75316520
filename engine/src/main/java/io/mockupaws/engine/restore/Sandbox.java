package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The last look at the settings of a safe copy, before anything can be started with them. */
final class Sandbox {
  /** Where a server writes, or whom it runs or calls. */
  private static final List<String> PATHS =
      List.of("data_directory", "external_pid_file", "log_directory", "unix_socket_directories");

  private static final List<String> COMMANDS =
      List.of(
          "archive_cleanup_command",
          "archive_command",
          "archive_library",
          "primary_conninfo",
          "recovery_end_command",
          "ssl_passphrase_command",
          "synchronous_standby_names");

  private Sandbox() {}

  /**
   * Refuses settings that lead outside.
   *
   * @param effective what counts in the end
   * @throws Failure TARGET_UNSAFE
   */
  static void require(Map<String, String> effective, Path target) {
    List<String> leaks = new ArrayList<>();
    for (String name : PATHS) {
      String value = effective.getOrDefault(name, "");
      for (String path : value.split(",", -1)) {
        Path place = target.resolve(path.strip().replace("\"", "")).normalize();
        if (!place.startsWith(target)) {
          leaks.add(name + " = " + value);
        }
      }
    }
    for (String name : COMMANDS) {
      if (!effective.getOrDefault(name, "").isEmpty()) {
        leaks.add(name);
      }
    }
    String archive = effective.getOrDefault("archive_mode", "off").toLowerCase(Locale.ROOT);
    if (!archive.equals("off")) {
      leaks.add("archive_mode = " + archive);
    }
    if (!leaks.isEmpty()) {
      throw new Failure(
          ErrorCode.TARGET_UNSAFE,
          "the copy's settings lead outside of its directory: " + String.join(", ", leaks),
          "report this; meanwhile restore with --keep-settings and look at the settings yourself");
    }
  }
}
