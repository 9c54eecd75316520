package io.mockupaws.engine.journal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How WAL is streamed.
 *
 * @param spool the directory below which received WAL waits for the repository
 * @param slot the replication slot
 * @param durability where WAL must lie before it is reported to the server as flushed
 * @param tailInterval the least time between two pieces of the tail while nothing waits for them:
 *     the WAL that a lost host takes with it
 * @param spoolLimit bytes that may wait in the spool; then receiving stops until there is room
 * @param onDamage what happens behind a record that the server sent broken
 * @param uploads finished segments on their way to the repository at once
 * @param primaryDisk what comes first when the repository takes no WAL: it, or the server's disk
 * @param takesOver whether a server that was recovered to a target goes on in this history, as the
 *     successor of the one that was lost, and one of which nothing can be compared as that one;
 *     neither is taken for a copy
 */
public record JournalSettings(
    Path spool,
    String slot,
    Durability durability,
    Duration tailInterval,
    long spoolLimit,
    OnDamage onDamage,
    int uploads,
    PrimaryDiskPolicy primaryDisk,
    boolean takesOver) {

  /** Where WAL counts as durable. */
  public enum Durability {
    /** In the local spool, fsynced. */
    SPOOL,
    /** In one store of the repository. */
    ANY,
    /** In all of them. */
    ALL
  }

  /** What happens behind a broken record. */
  public enum OnDamage {
    /** The bytes are kept, a hole is recorded, and WAL behind it is acknowledged. */
    GO_ON,
    /**
     * Nothing behind it is acknowledged until a backup lies behind it: the server keeps its WAL,
     * and synchronous commits wait.
     */
    HOLD
  }

  public JournalSettings {
    if (tailInterval.isNegative() || uploads < 1 || spoolLimit < 0) {
      throw new IllegalArgumentException("no journal settings");
    }
  }

  /** What is set where nothing else is said. */
  public static JournalSettings of(Path spool, String slot) {
    return new JournalSettings(
        spool,
        slot,
        Durability.ANY,
        Duration.ofMillis(500),
        16L << 30,
        OnDamage.GO_ON,
        3,
        PrimaryDiskPolicy.keep(),
        false);
  }

  /** The same with another place for durable WAL. */
  public JournalSettings withDurability(Durability other) {
    return new JournalSettings(
        spool, slot, other, tailInterval, spoolLimit, onDamage, uploads, primaryDisk, takesOver);
  }

  /** The same with another interval of the tail. */
  public JournalSettings withTailInterval(Duration other) {
    return new JournalSettings(
        spool, slot, durability, other, spoolLimit, onDamage, uploads, primaryDisk, takesOver);
  }

  /** The same with another limit of the spool. */
  public JournalSettings withSpoolLimit(long other) {
    return new JournalSettings(
        spool, slot, durability, tailInterval, other, onDamage, uploads, primaryDisk, takesOver);
  }

  /** The same with another answer to broken records. */
  public JournalSettings withOnDamage(OnDamage other) {
    return new JournalSettings(
        spool, slot, durability, tailInterval, spoolLimit, other, uploads, primaryDisk, takesOver);
  }

  /** The same with another choice for the server's disk. */
  public JournalSettings withPrimaryDisk(PrimaryDiskPolicy other) {
    return new JournalSettings(
        spool, slot, durability, tailInterval, spoolLimit, onDamage, uploads, other, takesOver);
  }

  /** The same, where a restored server takes over. */
  public JournalSettings withTakesOver(boolean other) {
    return new JournalSettings(
        spool, slot, durability, tailInterval, spoolLimit, onDamage, uploads, primaryDisk, other);
  }
}
