package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.engine.cluster.Slots;
import io.mockupaws.engine.cluster.Sql;
import io.mockupaws.engine.cluster.SystemIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postgresql.copy.CopyDual;

/** A replication connection, and an SQL session beside it for what replication cannot ask. */
final class PgWalConnection implements WalConnection {
  /** Quoted names and words of {@code synchronous_standby_names}. */
  private static final Pattern NAMES = Pattern.compile("[\\s,()]+");

  private static final String WORDS =
      "SELECT pg_is_in_recovery(), current_setting('synchronous_standby_names')";

  private static final String FACTS =
      "SELECT pg_is_in_recovery(),"
          + " (SELECT setting::bigint * CASE unit WHEN '8kB' THEN 8192 ELSE 1 END"
          + " FROM pg_settings WHERE name = 'wal_segment_size'),"
          + " (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_sender_timeout'),"
          + " (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint";

  private final ServerSession session;
  private final ReplicationConnection replication;
  private final String name;
  private final InstantSource clock;

  PgWalConnection(
      ServerSession session, ReplicationConnection replication, String name, InstantSource clock) {
    this.session = session;
    this.replication = replication;
    this.name = name;
    this.clock = clock;
  }

  @Override
  public ServerIdentity identify() {
    SystemIdentity identity = replication.identify();
    return session.one(
        "reading the WAL settings",
        FACTS,
        row ->
            new ServerIdentity(
                identity.systemIdentifier(),
                identity.timeline(),
                identity.flushed(),
                row.getBoolean(1),
                Math.toIntExact(row.getLong(2)),
                Duration.ofMillis(row.getLong(3)),
                Optional.of(Instant.EPOCH.plus(row.getLong(4), ChronoUnit.MICROS))));
  }

  @Override
  public Optional<byte[]> history(Timeline timeline) {
    return replication.timelineHistory(timeline);
  }

  @Override
  public Optional<SlotState> slot(String slot) {
    return new Slots(session)
        .find(slot)
        .map(found -> new SlotState(found.restartLsn(), found.keeps() == Slot.Keeps.LOST));
  }

  @Override
  public void createSlot(String slot) {
    session.query(
        "making the slot " + slot,
        "SELECT pg_create_physical_replication_slot(?, true, false)",
        row -> true,
        slot);
  }

  @Override
  public void dropSlot(String slot) {
    new Slots(session).drop(slot);
  }

  @Override
  public WalFeed start(Optional<String> slot, Timeline timeline, Lsn from) {
    String command =
        "START_REPLICATION"
            + slot.map(s -> " SLOT " + Sql.identifier(s)).orElse("")
            + " PHYSICAL "
            + from
            + " TIMELINE "
            + timeline;
    try {
      CopyDual copy = replication.pg().getCopyAPI().copyDual(command);
      replication.waitForEver();
      return new PgWalFeed(copy, this::failure, clock);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** A slot that another connection uses: 55006, object_in_use. */
  private static final String IN_USE = "55006";

  private static final Pattern SEGMENT = Pattern.compile("\\b[0-9A-F]{24}\\b");

  /**
   * What streaming fails with. That WAL is gone is told by the segment's name in the message, which
   * no language changes ({@code WalSndSegmentOpen}, {@code CheckXLogRemoved}).
   */
  private Failure failure(SQLException error) {
    String state = Optional.ofNullable(error.getSQLState()).orElse("");
    String message = Optional.ofNullable(error.getMessage()).orElse("");
    boolean fileGone = state.equals("58P01") || state.equals("XX000");
    if (fileGone && SEGMENT.matcher(message).find()) {
      return new WalRemoved(message);
    }
    if (state.equals(IN_USE)) {
      return new Failure(
          ErrorCode.SLOT,
          "the replication slot is in use by another connection: " + message,
          "End the other stream, or wait until the server has noticed that it is gone.",
          error);
    }
    return session.failure(error, "streaming WAL");
  }

  @Override
  public Outlook look() {
    synchronized (session) {
      return session.one(
          "looking how the server is used",
          WORDS,
          row -> new Outlook(names(row.getString(2)), row.getBoolean(1)));
    }
  }

  private boolean names(String standbys) {
    return Arrays.stream(NAMES.split(standbys))
        .map(word -> word.replace("\"", ""))
        .anyMatch(word -> word.equals("*") || word.equalsIgnoreCase(name));
  }

  @Override
  public void close() {
    replication.close();
    session.abort();
  }
}
