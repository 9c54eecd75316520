package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reason for which {@code serve} calls a cluster not healthy, each caused. */
class HealthTest {
  private static final Instant NOW = TestProgram.NOW;

  @TempDir private Path dir;

  private TestProgram program() {
    return new TestProgram()
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
        .with("BACKUP_SPOOL_DIR", dir.resolve("spool").toString());
  }

  /** A repository with a clean backup of 02:00 and a corrupt one of 14:55. */
  private Session sample() {
    return program()
        .with("BACKUP_REPOSITORY", SampleRepository.create(dir.resolve("repository"), "prod"))
        .session();
  }

  private static HealthFacts facts(Session session) {
    return facts(session, /* streams= */ false);
  }

  private static HealthFacts facts(Session session, boolean streams) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      return new HealthLook(session, open).look(config, streams);
    }
  }

  private static StreamState streaming(StreamState.Phase phase, Optional<Failure> error) {
    Lsn at = Lsn.parse("0/3000100");
    return new StreamState(
        phase,
        Optional.of(new Timeline(1)),
        at,
        at,
        at,
        at,
        0,
        Duration.ZERO,
        0,
        Optional.empty(),
        error,
        1,
        List.of(),
        false,
        List.of(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        0);
  }

  private static HealthJudge.Streaming well() {
    return new HealthJudge.Streaming(
        Optional.of(streaming(StreamState.Phase.STREAMING, Optional.empty())),
        Optional.empty(),
        Instant.MAX.minusSeconds(60));
  }

  private static List<Reason> judge(Session session, HealthFacts facts, Instant now) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    return HealthJudge.of(
        config.daemon(), Optional.of(facts), Optional.empty(), Optional.of(well()), now);
  }

  private static List<String> ids(List<Reason> reasons) {
    return reasons.stream().map(Reason::id).toList();
  }

  private static Reason one(List<Reason> reasons, String id) {
    return reasons.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
  }

  private static void record(Session session, Task task, Instant at, Optional<Failure> failure) {
    record(session, task, Scope.WHOLE, at, failure);
  }

  private static void record(
      Session session, Task task, Scope scope, Instant at, Optional<Failure> failure) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      new TaskRuns(open.cluster(), () -> at, new SecureRandom())
          .record(task, scope, () -> 1, _ -> new RunOutcome(List.of(), 1, failure));
    }
  }

  @Test
  void noBackupAtAll() {
    Session session =
        program()
            .with("BACKUP_REPOSITORY", SampleRepository.create(dir.resolve("repository"), "a", "b"))
            .session();
    Config config = session.configOf(Optional.of("b"), new Problems());
    try (OpenCluster open = session.openCluster(config)) {
      HealthFacts facts = new HealthLook(session, open).look(config, false);
      assertThat(ids(judge(session, facts, NOW))).contains("no-backup", "stale-backup");
    }
  }

  @Test
  void aBackupWithoutItsWal() {
    Session session = sample();
    assertThat(one(judge(session, facts(session), NOW), "no-recovery").next())
        .contains("mockupaws backup");
  }

  /** The one of 14:55 has a corrupt page: it is told, and counts as no good one. */
  @Test
  void corruptPagesAndABackupThatIsTooOld() {
    Session session = sample();
    HealthFacts facts = facts(session);
    assertThat(one(judge(session, facts, NOW), "corrupt-pages").what())
        .contains(SampleRepository.SECOND);
    Instant edge = Instant.parse("2026-04-07T02:01:30Z").plus(HealthJudge.BACKUP_AGE);
    assertThat(stale(judge(session, facts, edge), "physical")).isEmpty();
    assertThat(stale(judge(session, facts, edge.plusMillis(1)), "physical"))
        .hasSize(1)
        .allSatisfy(r -> assertThat(r.next()).isEqualTo("run mockupaws backup"));
  }

  private static List<Reason> stale(List<Reason> reasons, String task) {
    return reasons.stream()
        .filter(r -> r.id().equals("stale-backup") && r.what().contains(task))
        .toList();
  }

  @Test
  void aLogicalBackupThatIsTooOldUnlessNoneIsTaken() throws IOException {
    Session session = sample();
    assertThat(stale(judge(session, facts(session), NOW), "logical")).hasSize(1);
    record(session, Task.LOGICAL, NOW.minus(Duration.ofHours(25)), Optional.empty());
    assertThat(stale(judge(session, facts(session), NOW), "logical")).isEmpty();
    assertThat(stale(judge(session, facts(session), NOW.plusSeconds(1)), "logical")).hasSize(1);
    Path file = dir.resolve("off.yaml");
    Files.writeString(file, "schedule: { logical: off }\n");
    Session off =
        program()
            .with("BACKUP_REPOSITORY", "file://" + dir.resolve("repository"))
            .with("MOCKUPAWS_CONFIG", file.toString())
            .session();
    assertThat(stale(judge(off, facts(off), NOW.plusSeconds(1)), "logical")).isEmpty();
  }

  /** A table that somebody dumped by hand protects no database. */
  @Test
  void aDumpOfAPartIsNoLogicalBackupAndItsFailureNoFailedOne() {
    Session session = sample();
    record(session, Task.LOGICAL, Scope.PART, NOW.minusSeconds(60), Optional.empty());
    assertThat(stale(judge(session, facts(session), NOW), "logical")).hasSize(1);
    record(session, Task.LOGICAL, Scope.WHOLE, NOW.minusSeconds(50), Optional.empty());
    Failure typo = new Failure(ErrorCode.DUMP_FAILED, "no table matches", "correct it");
    record(session, Task.LOGICAL, Scope.PART, NOW.minusSeconds(40), Optional.of(typo));
    assertThat(stale(judge(session, facts(session), NOW), "logical")).isEmpty();
    assertThat(ids(judge(session, facts(session), NOW))).doesNotContain("failed-run");
  }

  @Test
  void aFailedRunUntilOneIsSuccessful() {
    Session session = sample();
    Failure full = new Failure(ErrorCode.STORE_FULL, "the bucket is full", "make room");
    record(session, Task.CLEANUP, NOW.minusSeconds(60), Optional.of(full));
    Reason reason = one(judge(session, facts(session), NOW), "failed-run");
    assertThat(reason.what()).contains("cleanup").contains("MAW204").contains("is full");
    assertThat(reason.next()).isEqualTo("make room");
    record(session, Task.CLEANUP, NOW.minusSeconds(30), Optional.empty());
    assertThat(ids(judge(session, facts(session), NOW))).doesNotContain("failed-run");
  }

  @Test
  void aRunThatDidNotComeWithinItsWindow() {
    Session session = sample();
    record(session, Task.CLEANUP, NOW.minus(Duration.ofHours(11)), Optional.empty());
    HealthFacts facts = facts(session);
    Instant due = Instant.parse("2026-04-08T04:00:00Z");
    assertThat(ids(judge(session, facts, due.plus(Duration.ofMinutes(119)))))
        .doesNotContain("missed-run");
    assertThat(one(judge(session, facts, due.plus(Duration.ofHours(2))), "missed-run").what())
        .contains("cleanup");
  }

  @Test
  void aClusterThatIsProtectedByDumpsAlone() {
    Session session = sample();
    Instant later = NOW.plus(Duration.ofDays(2));
    record(session, Task.LOGICAL, later.minus(Duration.ofHours(1)), Optional.empty());
    HealthFacts facts = facts(session);
    assertThat(about(judge(session, facts, later))).contains("stale-backup physical");
    assertThat(about(byDumps(session, facts, later)))
        .as("dumps every day, and five minutes were promised")
        .contains("rpo ")
        .doesNotContain("stale-backup physical", "stale-backup logical", "stream ");
    assertThat(about(byDumps(session, facts, later.plus(Duration.ofHours(25)))))
        .contains("stale-backup logical");
  }

  private static List<Reason> byDumps(Session session, HealthFacts facts, Instant now) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    return HealthJudge.of(
        config.daemon(), Optional.of(facts), Optional.empty(), Optional.empty(), now);
  }

  private static List<String> about(List<Reason> reasons) {
    return reasons.stream().map(reason -> reason.id() + " " + reason.about()).toList();
  }

  /** What its host says of it is the last that anybody heard. */
  @Test
  void aRunThatHasNoEndIsBelievedForSixHours() {
    Session session = sample();
    record(session, Task.CLEANUP, NOW.minus(Duration.ofHours(11)), Optional.empty());
    Instant due = Instant.parse("2026-04-08T04:00:00Z");
    List<HealthFacts> meanwhile = new ArrayList<>();
    try (OpenCluster open = session.openCluster(session.config(Need.REPOSITORY, Need.KEY))) {
      new TaskRuns(open.cluster(), () -> due, new SecureRandom())
          .record(
              Task.CLEANUP,
              () -> meanwhile.add(facts(session)),
              _ -> new RunOutcome(List.of(), 1, Optional.empty()));
    }
    Instant end = due.plus(Duration.ofHours(6));
    assertThat(ids(judge(session, meanwhile.getFirst(), end.minusSeconds(1))))
        .doesNotContain("missed-run");
    assertThat(one(judge(session, meanwhile.getFirst(), end), "missed-run").what())
        .contains("cleanup");
  }

  @Test
  void aManifestThatCannotBeRead() throws IOException {
    Session session = sample();
    Path manifest =
        dir.resolve("repository/clusters/prod/backups").resolve(SampleRepository.SECOND);
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[100] ^= 1;
    manifest.toFile().setWritable(true);
    Files.write(manifest, bytes);
    assertThat(one(judge(session, facts(session), NOW), "damaged-backup").what())
        .contains(SampleRepository.SECOND);
  }

  @Test
  void aStoreThatIsAway() throws IOException {
    String address = SampleRepository.create(dir.resolve("repository"), "prod");
    Path second = dir.resolve("second");
    copy(dir.resolve("repository"), second);
    Session session = program().with("BACKUP_REPOSITORY", address + ",file://" + second).session();
    assertThat(ids(judge(session, facts(session), NOW))).doesNotContain("store");
    Files.delete(second.resolve("clusters/prod/backups").resolve(SampleRepository.FIRST));
    assertThat(one(judge(session, facts(session), NOW), "store").what()).contains("is behind");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** The stream's lease was renewed a moment ago: by the store's clock that was in ten minutes. */
  @Test
  void theStoresClock() throws IOException {
    Session session = sample();
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      open.cluster().acquireLease(LeaseRole.JOURNAL, Duration.ZERO).leave();
    }
    Path word = dir.resolve("repository/clusters/prod/lease/journal/0000000000000001");
    Files.setLastModifiedTime(word, FileTime.from(NOW.plusSeconds(10)));
    assertThat(ids(judge(session, facts(session, true), NOW))).doesNotContain("clock");
    Files.setLastModifiedTime(word, FileTime.from(NOW.plus(Duration.ofMinutes(10))));
    assertThat(one(judge(session, facts(session, true), NOW), "clock").what())
        .contains("store")
        .contains("ahead");
    assertThat(ids(judge(session, facts(session, false), NOW))).doesNotContain("clock");
  }

  private static HealthFacts with(
      HealthFacts facts, Optional<Duration> serverAhead, Optional<HealthFacts.Spool> spool) {
    return new HealthFacts(
        facts.at(),
        facts.took(),
        facts.status(),
        facts.reasons(),
        facts.backups(),
        facts.runs(),
        facts.statistics(),
        serverAhead,
        facts.storeAhead(),
        spool);
  }

  @Test
  void theServersClockAndTheSpoolsDisk() {
    Session session = sample();
    HealthFacts facts = facts(session);
    HealthFacts late =
        with(
            facts,
            Optional.of(Duration.ofMinutes(-5)),
            Optional.of(new HealthFacts.Spool(dir, 49, 1000)));
    assertThat(one(judge(session, late, NOW), "clock").what())
        .contains("server")
        .contains("behind");
    assertThat(one(judge(session, late, NOW), "spool").what()).contains(dir.toString());
    HealthFacts fine =
        with(
            facts,
            Optional.of(Duration.ofMinutes(4)),
            Optional.of(new HealthFacts.Spool(dir, 50, 1000)));
    assertThat(ids(judge(session, fine, NOW))).doesNotContain("clock", "spool");
  }

  @Test
  void aLookThatFailsOrIsTooOldOrWasNotMade() {
    Session session = sample();
    HealthFacts facts = facts(session);
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    Failure denied = new Failure(ErrorCode.STORE_DENIED, "no access", "ask for it");
    List<Reason> failed =
        HealthJudge.of(
            config.daemon(), Optional.of(facts), Optional.of(denied), Optional.of(well()), NOW);
    assertThat(one(failed, "look").what()).contains("MAW203").contains("no access");
    assertThat(one(failed, "look").next()).isEqualTo("ask for it");
    assertThat(
            ids(
                HealthJudge.of(
                    config.daemon(), Optional.empty(), Optional.empty(), Optional.of(well()), NOW)))
        .containsExactly("look");
    assertThat(ids(judge(session, facts, NOW.plus(Duration.ofMinutes(5))))).doesNotContain("look");
    assertThat(ids(judge(session, facts, NOW.plus(Duration.ofMinutes(5)).plusSeconds(1))))
        .contains("look");
  }

  private static List<Reason> stream(
      HealthFacts facts, Config config, StreamState.Phase phase, Optional<Failure> failure) {
    return HealthJudge.of(
        config.daemon(),
        Optional.of(facts),
        Optional.empty(),
        Optional.of(
            new HealthJudge.Streaming(
                Optional.of(streaming(phase, Optional.empty())),
                failure,
                NOW.minus(HealthJudge.STREAM_PATIENCE))),
        NOW);
  }

  @Test
  void aStreamThatDoesNotRun() {
    Session session = sample();
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    HealthFacts facts = facts(session);
    Failure other = new Failure(ErrorCode.OTHER_LIFE, "another life", "name it");
    assertThat(one(stream(facts, config, StreamState.Phase.WAITING, Optional.of(other)), "stream"))
        .satisfies(r -> assertThat(r.what()).contains("MAW505"))
        .satisfies(r -> assertThat(r.next()).isEqualTo("name it"));
    assertThat(ids(stream(facts, config, StreamState.Phase.CONNECTING, Optional.empty())))
        .contains("stream");
    assertThat(ids(stream(facts, config, StreamState.Phase.STREAMING, Optional.empty())))
        .doesNotContain("stream");
    Failure held = new Failure(ErrorCode.LEASE_HELD, "process 7 on db1", "stop it");
    assertThat(ids(stream(facts, config, StreamState.Phase.WAITING, Optional.of(held))))
        .as("nobody is known to stream")
        .contains("stream");
  }

  private static StatusFinder finder(Session session) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      ClusterConfig setting = config.clusterConfig("prod");
      return new StatusFinder(open.cluster(), setting, NOW);
    }
  }

  private static ServerLook server(Slot.Keeps keeps, boolean disk) {
    return ServerLook.of(
        "db:5432",
        new ServerPosition(Lsn.parse("0/5000000"), NOW, false),
        Optional.of(new Slot("mockupaws_prod", true, Optional.empty(), keeps)),
        Optional.of(
            new PrimaryDisk(
                disk ? 900 : 100,
                OptionalLong.of(1000),
                OptionalLong.of(500),
                OptionalDouble.empty(),
                Slot.Keeps.RESERVED)),
        Optional.empty());
  }

  private static List<String> found(
      StatusFinder finder, ServerLook server, long lagMillis, Optional<Window> window) {
    finder.find(
        server, Optional.of(lagMillis), window, new StatusFinder.Backups(List.of(), List.of()));
    return ids(finder.reasons());
  }

  @Test
  void whatTheServerAndTheWalTell() {
    Session session = sample();
    long rpo = Duration.ofMinutes(5).toMillis();
    assertThat(found(finder(session), server(Slot.Keeps.RESERVED, false), rpo, Optional.empty()))
        .containsExactly("no-backup");
    assertThat(
            found(finder(session), server(Slot.Keeps.RESERVED, false), rpo + 1, Optional.empty()))
        .contains("rpo");
    assertThat(found(finder(session), server(Slot.Keeps.RESERVED, true), 0, Optional.empty()))
        .contains("disk");
    assertThat(found(finder(session), server(Slot.Keeps.LOST, false), 0, Optional.empty()))
        .contains("slot");
    ServerLook away =
        ServerLook.unreachable(
            "db:5432", new Failure(ErrorCode.SERVER_UNREACHABLE, "refused", "start it"));
    assertThat(found(finder(session), away, 0, Optional.empty())).contains("server");
    assertThat(found(finder(session), server(Slot.Keeps.RESERVED, false), 0, Optional.of(hole())))
        .contains("hole");
  }

  private static Window hole() {
    Timeline timeline = new Timeline(1);
    Moment from = new Moment(NOW.minusSeconds(600), Lsn.parse("0/3000100"));
    Moment to = new Moment(NOW.minusSeconds(300), Lsn.parse("0/4000000"));
    return new Window(
        timeline,
        List.of(new Window.Range(from, to)),
        Optional.empty(),
        List.of(
            new Hole(
                timeline,
                Lsn.parse("0/4000000"),
                Lsn.parse("0/4800000"),
                Hole.Kind.MISSING,
                "lost")));
  }

  @Test
  void aRecoveryThatWouldTakeTooLong() {
    RecoveryOutlook slow =
        new RecoveryOutlook(
            3_600_000,
            Optional.of("b"),
            Optional.of(3_600_001L),
            Optional.of(1L),
            Optional.of(3_600_000L),
            Optional.of(1L),
            true,
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(slow.problem().orElseThrow().id()).isEqualTo("rto");
  }

  @Test
  void aReasonNeedsAnIdThatScriptsCanRelyOn() {
    assertThatThrownBy(() -> new Reason("Not An Id", "what", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
