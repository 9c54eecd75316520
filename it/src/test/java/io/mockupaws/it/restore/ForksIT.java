package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.journal.TimelineState;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.TimelineChoice;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that was promoted twice, each time from a moment before which its server had gone on:
 * three timelines, two of which go on behind the point where they were left.
 */
class ForksIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path place;

  @EveryVersion
  void everyBranchIsReachedToItsEndAndNoNumberIsTakenTwice(int major) throws IOException {
    try (EmbeddedPostgres live = server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run("CREATE TABLE t (i int)");
      BackupId first = cluster.backup().id();
      insert(live, 1);
      snapshot(cluster, live);
      long onOne = insert(live, 2);
      stored(cluster, live, 1);
      BackupId second = cluster.backup().id();
      stored(cluster, live, 1);

      Instant before = Instant.now();
      TimelineHistory two = backAndPromoted(cluster, live, 2);
      long onTwo = insert(live, 3);
      assertThat(onTwo).as("the same number on both branches").isEqualTo(onOne);
      stored(cluster, live, 2);
      BackupId third = cluster.backup().id();
      insert(live, 4);
      stored(cluster, live, 2);
      snapshot(cluster, live);
      long shared = insert(live, 5);
      // timeline 3 comes neither this far nor to this transaction
      live.run("SELECT pg_switch_wal()");
      long lastOnTwo = insert(live, 7);
      stored(cluster, live, 2);

      TimelineHistory three = backAndPromoted(cluster, live, 3);
      long lastOnThree = insert(live, 6);
      assertThat(lastOnThree).as("the same number on both branches").isEqualTo(shared);
      stored(cluster, live, 3);

      reached(cluster, live, r -> r, List.of("1", "3", "4", "6"), 3, third);
      reached(cluster, live, on(2), List.of("1", "3", "4", "5", "7"), 2, third);
      reached(cluster, live, on(1), List.of("1", "2"), 1, second);
      reached(cluster, live, ForksIT::current, List.of("1", "3", "4", "5", "7"), 2, third);
      reached(cluster, live, r -> r.withBackup(second), List.of("1", "2"), 1, second);
      reached(cluster, live, r -> xid(onOne).apply(on(1).apply(r)), List.of("1", "2"), 1, first);
      reached(cluster, live, xid(onTwo), List.of("1", "3"), 2, first);
      refused(cluster, r -> on(3).apply(r.withBackup(second)), ErrorCode.NO_BACKUP);
      refused(cluster, on(7), ErrorCode.NO_BACKUP);
      refused(
          cluster, r -> xid(lastOnThree).apply(on(1).apply(r)), ErrorCode.TARGET_OUTSIDE_WINDOW);
      refused(cluster, xid(lastOnTwo + 1), ErrorCode.TARGET_OUTSIDE_WINDOW);
      List<TimelineState> states = states(cluster);
      whatIsOnADeadBranchAlone(cluster, states.get(1).window().lastCommit().orElseThrow());
      assertThat(states).extracting(TimelineState::backups).containsExactly(2, 1, 0);
      assertThat(states)
          .extracting(state -> state.window().lastCommit().map(Commit::xid).orElse(0L))
          .containsExactly(onOne, lastOnTwo, lastOnThree);
      assertThat(states.getFirst().fork()).isEmpty();
      aTimeThatTwoTimelinesShare(cluster, states);
      forkedAsTheServerSays(states.get(1), two, before);
      forkedAsTheServerSays(states.get(2), three, before);
    }
  }

  /** However it is named, the newest timeline has no such moment, and another has. */
  private static void whatIsOnADeadBranchAlone(ProtectedCluster cluster, Commit commit) {
    UnaryOperator<RestoreRequest> position =
        r -> r.withTarget(new TargetRequest.AtLsn(commit.start(), true));
    refused(cluster, xid(commit.xid()), ErrorCode.TARGET_OUTSIDE_WINDOW);
    refused(cluster, position, ErrorCode.TARGET_OUTSIDE_WINDOW);
    refused(cluster, at(commit), ErrorCode.TARGET_AMBIGUOUS);
    for (UnaryOperator<RestoreRequest> wish : List.of(xid(commit.xid()), position, at(commit))) {
      try (Copy copy = new Copy(cluster.repository())) {
        assertThat(copy.plan(r -> on(2).apply(wish.apply(r))).target().lastCommit())
            .contains(commit);
      }
    }
  }

  /** The timeline decides what was committed then; only where it is told it is one moment. */
  private static void aTimeThatTwoTimelinesShare(
      ProtectedCluster cluster, List<TimelineState> states) {
    Commit onOne = states.get(0).window().lastCommit().orElseThrow();
    Commit onThree = states.get(2).window().lastCommit().orElseThrow();
    refused(cluster, at(onOne), ErrorCode.TARGET_AMBIGUOUS);
    try (Copy copy = new Copy(cluster.repository())) {
      assertThat(copy.plan(r -> at(onOne).apply(on(1).apply(r))).target().lastCommit())
          .contains(onOne);
      assertThat(copy.plan(at(onThree)).target().lastCommit()).contains(onThree);
    }
  }

  private static UnaryOperator<RestoreRequest> at(Commit commit) {
    return r -> r.withTarget(new TargetRequest.AtTime(commit.time(), true));
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", "replica")
        // it would take transaction ids, and these are to be the same on both sides of a fork
        .setting("autovacuum", "off")
        .start();
  }

  /** The transaction's id. */
  private static long insert(EmbeddedPostgres live, int number) {
    try (Sql sql = live.sql("postgres")) {
      return sql.number("INSERT INTO t VALUES (" + number + ") RETURNING pg_current_xact_id()");
    }
  }

  private static void stored(ProtectedCluster cluster, EmbeddedPostgres live, int timeline) {
    Journal journal = new Journal(cluster.repository());
    try (Sql sql = live.sql("postgres")) {
      Lsn end = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  journal
                      .view()
                      .end(new Timeline(timeline))
                      .filter(stored -> !stored.isBefore(end))
                      .isPresent());
    }
  }

  /** Keeps the server's files as they are, and lets it go on. */
  private void snapshot(ProtectedCluster cluster, EmbeddedPostgres live) {
    cluster.stopStreaming();
    live.stop();
    FileTrees.delete(place.resolve("saved"));
    copy(live.dataDirectory(), place.resolve("saved"));
    live.start();
    cluster.resumeStreaming();
  }

  /**
   * The files of the snapshot take the place of the server's; what it did since is gone from it.
   */
  private TimelineHistory backAndPromoted(
      ProtectedCluster cluster, EmbeddedPostgres live, int timeline) throws IOException {
    cluster.stopStreaming();
    live.run("ALTER SYSTEM SET restore_command = '/bin/false'");
    live.stop();
    Path settings = live.dataDirectory().resolve("postgresql.auto.conf");
    byte[] changed = Files.readAllBytes(settings);
    FileTrees.delete(live.dataDirectory());
    copy(place.resolve("saved"), live.dataDirectory());
    Files.write(settings, changed);
    live.user().own(Files.createFile(live.dataDirectory().resolve("recovery.signal")));
    live.start();
    try (Sql sql = live.sql("postgres")) {
      await().atMost(PATIENCE).until(() -> sql.value("SELECT pg_is_in_recovery()").equals("f"));
    }
    cluster.resumeStreaming();
    Timeline made = new Timeline(timeline);
    Path history = live.dataDirectory().resolve("pg_wal").resolve(made.historyFileName());
    return TimelineHistory.parse(made, Files.readString(history));
  }

  private static void copy(Path from, Path to) {
    HostCommand.run("cp", "-a", from.toString(), to.toString());
  }

  private static UnaryOperator<RestoreRequest> on(int timeline) {
    return r -> r.withTimeline(new TimelineChoice.Numbered(new Timeline(timeline)));
  }

  private static RestoreRequest current(RestoreRequest request) {
    return request.withTimeline(new TimelineChoice.Current());
  }

  private static UnaryOperator<RestoreRequest> xid(long xid) {
    return r -> r.withTarget(new TargetRequest.AtTransaction(xid, true));
  }

  private static void reached(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      UnaryOperator<RestoreRequest> wish,
      List<String> rows,
      int parent,
      BackupId backup)
      throws IOException {
    try (Copy copy = new Copy(cluster.repository())) {
      RestorePlan plan = copy.plan(r -> started(live.binaries()).apply(wish.apply(r)));
      assertThat(plan.backup().id()).isEqualTo(backup);
      RestoreResult result = copy.run(plan);
      Timeline timeline = result.recovered().orElseThrow().reached().timeline().orElseThrow();
      assertThat(timeline.id()).as("behind every one that is known").isEqualTo(4);
      Path history = copy.directory().resolve("pg_wal").resolve(timeline.historyFileName());
      assertThat(TimelineHistory.parse(timeline, Files.readString(history)).ancestors().getLast())
          .returns(parent, left -> left.parent().id());
      try (Sql sql = copy.sql(live.login(), "postgres")) {
        assertThat(sql.column("SELECT i FROM t ORDER BY i")).isEqualTo(rows);
      }
    }
  }

  private static void refused(
      ProtectedCluster cluster, UnaryOperator<RestoreRequest> wish, ErrorCode code) {
    try (Copy copy = new Copy(cluster.repository())) {
      Failure failure = catchThrowableOfType(Failure.class, () -> copy.plan(wish));
      assertThat(failure.code()).isEqualTo(code);
      if (code == ErrorCode.TARGET_OUTSIDE_WINDOW) {
        assertThat(failure.what()).contains("what can be recovered on timeline ", " to ");
      }
      assertThat(copy.directory()).doesNotExist();
    }
  }

  private static List<TimelineState> states(ProtectedCluster cluster) {
    Journal journal = new Journal(cluster.repository());
    return journal.timelines(journal.view());
  }

  private static void forkedAsTheServerSays(
      TimelineState state, TimelineHistory theirs, Instant before) {
    TimelineHistory.Switch left = theirs.ancestors().getLast();
    TimelineState.Fork fork = state.fork().orElseThrow();
    assertThat(state.timeline()).isEqualTo(theirs.timeline());
    assertThat(fork.parent()).isEqualTo(left.parent());
    assertThat(fork.at()).isEqualTo(left.at());
    assertThat(fork.reason()).isEqualTo(left.reason());
    assertThat(fork.time().orElseThrow())
        .isBetween(before.truncatedTo(ChronoUnit.SECONDS), Instant.now());
    assertThat(state.holes()).isEmpty();
  }
}
