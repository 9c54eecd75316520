package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The server's physical replication slots, over one session. */
public final class Slots {
  /** {@code ReplicationSlotValidateName}, {@code src/backend/replication/slot.c}. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");

  private final ServerSession session;

  public Slots(ServerSession session) {
    this.session = session;
  }

  /** Whether a text can name a slot: lower case letters, digits and underscores, at most 63. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The slot a cluster gets unless the operator names one: {@code mockupaws_<cluster>}. */
  public static String nameFor(String cluster) {
    String plain = cluster.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    String name = "mockupaws_" + plain;
    return name.substring(0, Math.min(63, name.length()));
  }

  /**
   * The slot of that name.
   *
   * @throws Failure SLOT when there is one for logical replication
   */
  public Optional<Slot> find(String name) {
    List<Slot> found =
        session.query(
            "looking for the slot " + name,
            "SELECT slot_name, slot_type, active, restart_lsn::text, wal_status"
                + " FROM pg_replication_slots WHERE slot_name = ?",
            row -> {
              if (!"physical".equals(row.getString("slot_type"))) {
                throw new Failure(
                    ErrorCode.SLOT,
                    "the slot " + name + " is one for logical replication",
                    "name another slot for this cluster");
              }
              return new Slot(
                  name,
                  row.getBoolean("active"),
                  Optional.ofNullable(row.getString("restart_lsn")).map(Lsn::parse),
                  keeps(row.getString("wal_status")));
            },
            name);
    return found.stream().findFirst();
  }

  /**
   * Whether commits wait for the stream of that name ({@code sync_state} in {@code
   * pg_stat_replication}); empty when none streams.
   */
  public Optional<String> syncState(String name) {
    List<String> found =
        session.query(
            "asking whether commits wait for the stream",
            "SELECT sync_state FROM pg_stat_replication"
                + " WHERE application_name = ? AND sync_state IS NOT NULL"
                + " ORDER BY sync_state DESC",
            row -> row.getString(1),
            name);
    return found.stream().findFirst();
  }

  private static Slot.Keeps keeps(@org.jspecify.annotations.Nullable String status) {
    return status == null
        ? Slot.Keeps.NOTHING
        : Slot.Keeps.valueOf(status.toUpperCase(Locale.ROOT));
  }

  /**
   * Makes a slot that keeps no WAL yet: it does so from the first stream or backup on, so that a
   * cluster that was entered and forgotten does not fill its disk.
   *
   * @throws Failure SLOT when the name cannot be one or is taken; SERVER_RIGHTS
   */
  public Slot create(String name) {
    if (!isName(name)) {
      throw new Failure(
          ErrorCode.SLOT,
          "a slot cannot be named " + name,
          "use lower case letters, digits and underscores, at most 63");
    }
    if (find(name).isPresent()) {
      throw new Failure(
          ErrorCode.SLOT,
          "the server has a slot " + name + " already",
          "use it if it is this cluster's, or name another");
    }
    session.query(
        "making the slot " + name,
        "SELECT pg_create_physical_replication_slot(?, false, false)",
        row -> true,
        name);
    return new Slot(name, false, Optional.empty(), Slot.Keeps.NOTHING);
  }

  /** Removes a slot; the server lets go of the WAL it kept. */
  public void drop(String name) {
    session.query(
        "removing the slot " + name, "SELECT pg_drop_replication_slot(?)", row -> true, name);
  }
}
