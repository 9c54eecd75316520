package io.mockupaws.engine.journal;

import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A journal of made WAL, streamed into a repository: for tests of other packages. */
public final class MadeJournal {
  public static final int SEGMENT = MadeWal.SEGMENT;
  public static final long SYSTEM = MadeWal.SYSTEM;

  private final Repository repository;
  private final ClusterRepository cluster;
  private final Path spool;
  private final MadeWal wal;
  private final MadeServer server;

  public MadeJournal(Repository repository, ClusterRepository cluster, Path spool) {
    this(repository, cluster, spool, 64L << 20);
  }

  /** Of WAL that begins at {@code start}, where a segment does. */
  MadeJournal(Repository repository, ClusterRepository cluster, Path spool, long start) {
    this.wal = new MadeWal(start);
    this.server = new MadeServer(wal);
    this.repository = repository;
    this.cluster = cluster;
    this.spool = spool;
  }

  /** Where the next record begins, or the last one has ended. */
  public Lsn end() {
    return wal.end();
  }

  /** Records up to shortly before a position so many segments behind the first. */
  public void fillTo(double segments) {
    wal.fillTo(wal.start().plus((long) (segments * SEGMENT)));
  }

  public Lsn commit(Instant time) {
    wal.commit(time);
    return wal.end();
  }

  /**
   * Any record.
   *
   * @param body what follows its header
   * @return where it begins
   */
  public Lsn record(int rmgr, int info, byte[] body) {
    return wal.any(rmgr, info, body);
  }

  /** Any record of the transaction that {@link #commit} ends next; see {@link #record}. */
  public Lsn recordOfNext(int rmgr, int info, byte[] body) {
    return wal.anyOfNext(rmgr, info, body);
  }

  /** From here on the server has only WAL so many segments behind the first. */
  public void forgetUpTo(int segments) {
    server.oldest = wal.start().plus((long) segments * SEGMENT);
  }

  /** Turns one bit of what the server will send. */
  public void damage(Lsn at) {
    wal.damage(at);
  }

  /** Streams everything there is, and ends the stream. */
  public void store() {
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            server,
            JournalSettings.of(spool, "slot").withTailInterval(Duration.ofMillis(5)),
            InstantSource.system(),
            Duration.ZERO)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !stream.state().stored().isBefore(wal.end()));
    }
  }
}
