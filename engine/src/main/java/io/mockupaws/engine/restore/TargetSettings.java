package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The settings that lead one recovery to one record. They are removed when it has ended: a standby
 * made of the copy would otherwise stop at the same place.
 */
final class TargetSettings {
  /** Every name that {@link #of} can set. */
  static final Set<String> NAMES =
      Set.of(
          "restore_command",
          "recovery_end_command",
          "archive_cleanup_command",
          "recovery_min_apply_delay",
          "recovery_target",
          "recovery_target_name",
          "recovery_target_time",
          "recovery_target_xid",
          "recovery_target_lsn",
          "recovery_target_inclusive",
          "recovery_target_timeline",
          "recovery_target_action",
          "promote_trigger_file",
          "hot_standby");

  private TargetSettings() {}

  /**
   * The settings, in the order they must be written: the one target last, since PostgreSQL refuses
   * to clear a kind of target while another one is set.
   *
   * <p>All WAL lies in {@code pg_wal} already. A {@code restore_command} is demanded outside
   * standby mode, so it is one that never finds anything. Hot standby is off on the way to a
   * promotion: it would be of no use, and is what pauses a recovery over {@code max_connections}.
   *
   * @param lastWanted the start of the last record that is replayed
   */
  static Map<String, String> of(Lsn lastWanted, Timeline timeline, TargetAction action, int major) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("restore_command", "/bin/false");
    settings.put("recovery_end_command", "");
    settings.put("archive_cleanup_command", "");
    settings.put("recovery_min_apply_delay", "0");
    if (major < 16) {
      settings.put("promote_trigger_file", "");
    }
    settings.put("hot_standby", action == TargetAction.PAUSE ? "on" : "off");
    settings.put("recovery_target_timeline", timeline.toString());
    settings.put("recovery_target_action", action.word());
    settings.put("recovery_target_inclusive", "on");
    settings.put("recovery_target", "");
    settings.put("recovery_target_name", "");
    settings.put("recovery_target_time", "");
    settings.put("recovery_target_xid", "");
    settings.put("recovery_target_lsn", lastWanted.toString());
    return settings;
  }
}
