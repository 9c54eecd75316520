package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.consolidation.Consolidations;
import io.mockupaws.engine.history.Catalogues;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A backup that {@code stream} takes by itself, beside its work; nobody follows it. */
final class OwnBackup implements OwnBackups {
  private static final Duration LAST_WORD = Duration.ofMillis(500);

  private final Session session;
  private final Supplier<Config> configuration;
  private final OpenCluster open;
  private final Supplier<StreamState> stream;
  private final BooleanSupplier stopped;
  private final Duration patience;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /**
   * Beside a stream.
   *
   * @param configuration as it is when a backup begins
   * @param patience how long one may take to end when it is stopped
   */
  OwnBackup(
      Session session,
      Supplier<Config> configuration,
      OpenCluster open,
      JournalStream stream,
      Duration patience) {
    this(session, configuration, open, stream::state, () -> false, patience);
  }

  private OwnBackup(
      Session session,
      Supplier<Config> configuration,
      OpenCluster open,
      Supplier<StreamState> stream,
      BooleanSupplier stopped,
      Duration patience) {
    this.session = session;
    this.configuration = configuration;
    this.open = open;
    this.stream = stream;
    this.stopped = stopped;
    this.patience = patience;
  }

  /** By a schedule, whoever streams. */
  static OwnBackup scheduled(
      Session session, Config config, OpenCluster open, BooleanSupplier stopped) {
    return new OwnBackup(
        session,
        () -> config,
        open,
        () -> {
          throw new IllegalStateException("it looks at no stream");
        },
        stopped,
        LAST_WORD);
  }

  private boolean isCancelled() {
    return cancelled.get() || stopped.getAsBoolean();
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public void cancel() {
    cancelled.set(true);
  }

  @Override
  public Instant now() {
    return session.now();
  }

  @Override
  public StreamState stream() {
    return stream.get();
  }

  @Override
  public Thread start(String name, Runnable work) {
    return Thread.ofVirtual().name(name).start(work);
  }

  /** Whether a backup has what it needs of the stream. */
  static boolean isUsable(StreamState state) {
    return state.phase() == StreamState.Phase.STREAMING
        && state.unrecordedHoles() == 0
        && state.lastError().isEmpty();
  }

  /**
   * Waits for one that was told to stop; where server or store are away, not long: what it leaves
   * is as after a kill, and the next backup uses it.
   */
  static void end(Optional<Thread> running, OwnBackups backups) {
    backups.cancel();
    Duration patience = isUsable(backups.stream()) ? backups.patience() : LAST_WORD;
    running.ifPresent(
        thread -> {
          try {
            thread.join(patience);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Override
  public BackupId take(BackupRequest.Kind kind) {
    Config config = configuration.get();
    return new Recorded(session, config, open)
        .run(
            Task.PHYSICAL,
            () -> taken(config, kind),
            result -> RunOutcome.done(List.of(result.id().value()), result.sealedBytes()))
        .id();
  }

  /** As usual, and no faster than the operator allows. */
  static BackupRequest request(BackupRequest.Kind kind, ClusterConfig cluster) {
    return BackupRequest.usual()
        .as(kind)
        .reading(
            cluster
                .maxReadRate()
                .map(rate -> OptionalLong.of(rate.bytesPerSecond()))
                .orElseGet(OptionalLong::empty));
  }

  private BackupResult taken(Config config, BackupRequest.Kind kind) {
    BackupRequest request = request(kind, config.clusterConfig(open.cluster().identity().name()));
    StreamSetting setting = new StreamSetting(session.parts(), config, open);
    Backups backups =
        new Backups(
            open.cluster(),
            session.parts().address(config.server().orElseThrow()),
            session.parts().random());
    try (JournalWal wal =
        JournalWal.open(
            open.repository().id(),
            open.cluster(),
            setting.server(),
            setting.journal(),
            session.parts().clock(),
            this::isCancelled)) {
      BackupResult taken = backups.take(request, wal, progress());
      keepNames(config);
      return taken;
    }
  }

  /** The backup is there, and nothing but telling names hangs on these. */
  private void keepNames(Config config) {
    try {
      new Catalogues(open.cluster())
          .keepBehindBackup(session.parts().address(config.server().orElseThrow()));
    } catch (Failure e) {
      // What is read from this backup on has its names from the next reading of them.
    }
  }

  @Override
  public Optional<String> consolidate(BackupId taken, BooleanSupplier yields) {
    try {
      return new Consolidations(open.cluster(), session.parts().clock(), session.parts().random())
          .whenDue(taken, (_, _) -> !isCancelled() && !yields.getAsBoolean())
          .map(
              done -> "it was consolidated as " + done.id() + (done.complete() ? "" : ", in part"));
    } catch (Failure e) {
      return Optional.of("it is not consolidated: " + e.what());
    }
  }

  /** Whether a backup could not begin because another one, or a consolidation, was at work. */
  static boolean isOthersTurn(RuntimeException e) {
    return e instanceof Failure failure && failure.code() == ErrorCode.LEASE_HELD;
  }

  /** What happened, for whoever reads the stream's messages. */
  static String told(RuntimeException e) {
    return e instanceof Failure failure ? failure.what() : e.toString();
  }

  private BackupProgress progress() {
    return new BackupProgress() {
      @Override
      public void report(State state) {}

      @Override
      public boolean cancelled() {
        return isCancelled();
      }
    };
  }
}
