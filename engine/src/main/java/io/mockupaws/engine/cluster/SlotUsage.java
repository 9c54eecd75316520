package io.mockupaws.engine.cluster;

import io.mockupaws.core.pg.Lsn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What WAL a slot makes its server keep, and what room there is for it.
 *
 * @param end up to where the server has written WAL; on a standby, received
 * @param restart from where on the slot keeps it; empty while it keeps none
 * @param keeps what becomes of it ({@code wal_status})
 * @param safeBytes how much more may be written before the slot can lose its WAL ({@code
 *     safe_wal_size}); empty without {@code max_slot_wal_keep_size}
 * @param keepLimit {@code max_slot_wal_keep_size} in bytes; empty: unlimited
 * @param freeBytes of the disk with {@code pg_wal}; empty where it is not this host's, or cannot be
 *     read
 */
public record SlotUsage(
    Lsn end,
    Optional<Lsn> restart,
    Slot.Keeps keeps,
    OptionalLong safeBytes,
    OptionalLong keepLimit,
    OptionalLong freeBytes) {
  private static final String QUERY =
      "SELECT (CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(),"
          + " pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END)::text, s.restart_lsn::text,"
          + " s.wal_status, s.safe_wal_size,"
          + " (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')"
          + " FROM pg_replication_slots s WHERE s.slot_name = ?";

  /** The server's own file of its process: only its own host has the same bytes. */
  private static final String PID_FILE = "postmaster.pid";

  private static final String LOCAL =
      "SELECT current_setting('data_directory', true), CASE WHEN has_function_privilege("
          + "'pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE')"
          + " THEN pg_read_binary_file('"
          + PID_FILE
          + "', 0, 65536, true) END";

  /**
   * Asks the server; empty when there is no slot of that name.
   *
   * @throws io.mockupaws.core.failure.Failure SERVER_UNREACHABLE, SERVER_ERROR
   */
  public static Optional<SlotUsage> read(ServerSession session, String slot) {
    OptionalLong free = freeBytes(session);
    return session
        .query(
            "asking what WAL the slot " + slot + " keeps",
            QUERY,
            row ->
                new SlotUsage(
                    Lsn.parse(row.getString(1)),
                    Optional.ofNullable(row.getString(2)).map(Lsn::parse),
                    Optional.ofNullable(row.getString(3))
                        .map(status -> Slot.Keeps.valueOf(status.toUpperCase(Locale.ROOT)))
                        .orElse(Slot.Keeps.NOTHING),
                    bytes(row.getLong(4), !row.wasNull()),
                    bytes(row.getLong(5) << 20, row.getLong(5) >= 0),
                    free),
            slot)
        .stream()
        .findFirst();
  }

  private static OptionalLong bytes(long value, boolean known) {
    return known ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static OptionalLong freeBytes(ServerSession session) {
    return session.one(
        "asking where its WAL lies",
        LOCAL,
        row -> {
          String directory = row.getString(1);
          byte[] theirs = row.getBytes(2);
          return directory == null || theirs == null
              ? OptionalLong.empty()
              : freeBytes(Path.of(directory), theirs);
        });
  }

  private static OptionalLong freeBytes(Path directory, byte[] theirs) {
    try {
      boolean same = Arrays.equals(Files.readAllBytes(directory.resolve(PID_FILE)), theirs);
      return same
          ? OptionalLong.of(Files.getFileStore(directory.resolve("pg_wal")).getUsableSpace())
          : OptionalLong.empty();
    } catch (java.io.IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Bytes of WAL that are kept for the slot. */
  public long held() {
    return restart.map(from -> Math.max(0, end.minus(from))).orElse(0L);
  }
}
