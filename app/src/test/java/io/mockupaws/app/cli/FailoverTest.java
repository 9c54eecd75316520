package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Taken;
import io.mockupaws.app.cli.TestProgram.Result;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.ServerPresence;
import io.mockupaws.engine.cluster.ServerPresence.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a failover says of stores, refuses, and writes down of one that breaks off. */
class FailoverTest {
  private static final Instant NEWEST = Instant.parse("2026-04-07T14:59:58Z");

  @TempDir private Path folder;

  private static StoreStanding store(String address, long lacked, String lsn, Instant windowTo) {
    return new StoreStanding(
        address,
        true,
        lacked,
        lacked * 100,
        Optional.of(lsn),
        Optional.empty(),
        Optional.empty(),
        Optional.of(windowTo));
  }

  private static StoreStanding away(String address) {
    return new StoreStanding(
        address,
        false,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static FailoverStores stores(StoreStanding... standings) {
    return new FailoverStores(List.of(standings), Optional.empty(), List.of());
  }

  @Test
  void theFirstStoreIsAheadByAnObjectByWalOrByAMoment() {
    StoreStanding first = store("s3://one", 0, "0/5000000", NEWEST);
    assertThat(stores(first, store("s3://two", 0, "0/5000000", NEWEST)).ahead()).isEmpty();
    assertThat(stores(first, store("s3://two", 1, "0/5000000", NEWEST)).ahead().orElseThrow())
        .contains("1 object");
    assertThat(stores(first, store("s3://two", 0, "0/4FFFFF8", NEWEST)).ahead().orElseThrow())
        .contains("0/5000000")
        .contains("0/4FFFFF8");
    assertThat(
            stores(first, store("s3://two", 0, "0/5000000", NEWEST.minusMillis(1)))
                .ahead()
                .orElseThrow())
        .contains("14:59:58");
    // of several that remain one is enough
    assertThat(
            stores(
                    first,
                    store("s3://two", 7, "0/4000000", NEWEST.minusSeconds(9)),
                    store("s3://three", 0, "0/5000000", NEWEST))
                .ahead())
        .isEmpty();
    assertThat(stores(away("s3://one"), store("s3://two", 0, "0/4000000", NEWEST)).ahead())
        .isEmpty();
  }

  @Test
  void withoutAnotherStoreThereIsNothingToFailOverTo() {
    Failure refused =
        catchThrowableOfType(
            Failure.class,
            () ->
                stores(store("s3://one", 0, "0/5000000", NEWEST), away("s3://two"))
                    .requireAnother());
    assertThat(refused.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(refused.what()).contains("s3://two");
    stores(away("s3://one"), store("s3://two", 0, "0/5000000", NEWEST)).requireAnother();
    stores().requireAnother();
  }

  private static FailoverLoss lost(
      String against, boolean exact, long millis, Optional<Long> bytes, Optional<Long> most) {
    return new FailoverLoss(
        against,
        exact,
        Optional.of(NEWEST),
        NEWEST.plusSeconds(90),
        Optional.of(millis),
        bytes,
        most);
  }

  @Test
  void whatIsLostIsNeverSaidToBeLessThanItCanBe() {
    Optional<Long> most = Optional.of(90_000L);
    assertThat(lost("clock", false, 90_000, Optional.empty(), most).text())
        .contains("14:59:58")
        .contains("is LOST, at the most the 1 min 30 s since then");
    assertThat(lost("store", false, 0, Optional.of(4096L), most).text())
        .contains("is LOST: the first store is ahead by")
        .contains("there may be more: at the most the 1 min 30 s since then");
    // what the first store has was all there once; what never reached it nobody shows
    assertThat(lost("store", false, 0, Optional.of(0L), most).text())
        .contains("nothing that the first store has is lost; what it does not show")
        .contains("is LOST, at the most the 1 min 30 s since then");
    assertThat(lost("server", false, 0, Optional.of(0L), Optional.empty()).text())
        .contains("all that the server writes until it is stopped");
    assertThat(lost("server", true, 0, Optional.of(0L), Optional.of(0L)).text())
        .isEqualTo("nothing that the server has is lost");
  }

  private static Taken<Boolean> held(boolean serves, FailoverLoss loss) {
    return FailoverObjectives.held(
        Duration.ofHours(1), Duration.ofMinutes(1), serves, Duration.ofSeconds(60), loss);
  }

  @Test
  void anObjectiveIsKeptOnlyWhereItIsKnownToBe() {
    Optional<Long> bytes = Optional.of(1L);
    FailoverLoss little = lost("server", true, 5_000, bytes, Optional.of(5_000L));
    assertThat(held(true, little).outcome()).isEqualTo(Outcome.OK);
    assertThat(held(false, little).outcome()).isEqualTo(Outcome.MISSED);
    assertThat(held(false, little).what()).contains("the service is not back");
    FailoverLoss clock = lost("clock", false, 90_000, Optional.empty(), Optional.of(90_000L));
    assertThat(held(true, clock).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(held(true, clock).what()).contains("RPO at the least 0 ms, at the most 1 min 30 s");
    FailoverLoss soon = lost("clock", false, 9_000, Optional.empty(), Optional.of(9_000L));
    assertThat(held(true, soon).outcome()).isEqualTo(Outcome.OK);
    FailoverLoss store = lost("store", false, 70_000, bytes, Optional.of(90_000L));
    assertThat(held(true, store).outcome()).isEqualTo(Outcome.MISSED);
    FailoverLoss growing = lost("server", false, 5_000, bytes, Optional.empty());
    assertThat(held(true, growing).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  private static List<String> lives(ServerPresence server) {
    return FailoverPrimary.ofServer(Optional.of(server), 7_000);
  }

  private static ServerPresence answering(long identifier, boolean standby) {
    ServerPosition position = new ServerPosition(Lsn.parse("0/5000000"), NEWEST, standby);
    return new ServerPresence(
        Kind.ANSWERS,
        Optional.of(
            new ServerPresence.At(
                identifier, position, standby ? Optional.empty() : Optional.of(new Timeline(1)))),
        "it answers");
  }

  @Test
  void onlyAServerThatTakesNoConnectionIsGone() {
    for (Kind kind : List.of(Kind.REFUSES, Kind.UNKNOWN)) {
      assertThat(lives(new ServerPresence(kind, Optional.empty(), "too many clients")))
          .singleElement()
          .asString()
          .contains("too many clients");
    }
    assertThat(lives(new ServerPresence(Kind.GONE, Optional.empty(), "refused"))).isEmpty();
    assertThat(lives(answering(7_000, false)).getFirst()).contains("takes writes");
    assertThat(lives(answering(7_000, true)).getFirst()).contains("standby");
    assertThat(lives(answering(7_001, false)).getFirst())
        .contains("another cluster")
        .contains("7001");
  }

  @Test
  void aFirstStoreThatRefusesUsIsNotLost() {
    FailoverStores denied =
        new FailoverStores(
            List.of(away("s3://one"), store("s3://two", 0, "0/5000000", NEWEST)),
            Optional.of("MAW203: not allowed"),
            List.of("the store s3://one cannot be used: not allowed"));
    assertThat(denied.leftBehind())
        .singleElement()
        .asString()
        .contains("s3://one")
        .contains("MAW203: not allowed");
    assertThat(denied.text()).contains("cannot be used: not allowed");
  }

  private TestProgram program(String repository) {
    return new TestProgram()
        .with("BACKUP_REPOSITORY", repository)
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
        .with("BACKUP_LOG_DIR", folder.resolve("logs").toString());
  }

  @Test
  void wrongUseIsRefusedBeforeAnythingIsAsked() throws IOException {
    TestProgram program = program("file://" + folder.resolve("nowhere"));
    String target = folder.resolve("pg").toString();
    String good = hook("exit 0").toString();
    Path plain = Files.createFile(folder.resolve("plain"));
    for (List<String> wrong :
        List.of(
            List.of("failover"),
            List.of("failover", "--drill", "--to-dir", target),
            List.of("failover", "--drill", "--keep-settings"),
            List.of("failover", "--drill", "--abandon-primary"),
            List.of("failover", "--to-dir", target, "--temp-dir", target),
            List.of("failover", "--to-dir", target, "--port", "0"),
            List.of("failover", "--to-dir", target, "--hook-local"),
            List.of("failover", "--to-dir", target, "--hook", good),
            List.of("failover", "--to-dir", target, "--hook", good, "--keep-settings"),
            List.of(
                "failover", "--to-dir", target, "--hook", good, "--hook-local", "--keep-settings"),
            List.of(
                "failover",
                "--to-dir",
                target,
                "--hook",
                good,
                "--hook-local",
                "--hook-minutes",
                "0"),
            List.of("failover", "--to-dir", target, "--checks", folder.toString()),
            List.of("failover", "--to-dir", target, "--hook-local", "--hook", plain.toString()))) {
      Result result = program.run(wrong.toArray(String[]::new));
      assertThat(result.status()).as(wrong + result.err()).isEqualTo(2);
    }
    assertThat(folder.resolve("logs")).doesNotExist();
  }

  @Test
  void whatBreaksOffIsReportedToo() throws IOException {
    String repository = SampleRepository.create(folder.resolve("repository"), "prod");
    Result result =
        program(repository).run("failover", "--to-dir", folder.resolve("pg").toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("MAW604").contains("report: ");
    Path report;
    try (Stream<Path> files = Files.list(folder.resolve("logs"))) {
      report = files.filter(path -> path.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
        .isEqualTo("rw-------");
    JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
    assertThat(json.at("/failure/code").asString()).isEqualTo("MAW604");
    assertThat(json.path("steps").findValuesAsString("outcome"))
        .containsExactly("unknown", "ok", "failed");
    assertThat(json.path("cluster").asString()).isEqualTo("prod");
    assertThat(Files.readString(Path.of(report.toString().replace(".json", ".txt"))))
        .contains("failover: NOT done");
    assertThat(folder.resolve("pg")).doesNotExist();
  }

  @Test
  void aDrillWithOneStoreShowsNothingOfItsLoss() throws IOException {
    String repository = SampleRepository.create(folder.resolve("repository"), "prod");
    Result result = program(repository).run("failover", "--drill");
    assertThat(result.err()).contains("stores: cannot be told");
  }

  private Path hook(String... lines) throws IOException {
    Path hook = folder.resolve("hook.sh");
    Files.writeString(hook, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    return hook;
  }

  private static FailoverHook.Ran run(Path hook, Duration limit, Map<String, String> environment) {
    return new FailoverHook(new TestProgram().session(), hook, limit)
        .run(environment, Map.of("MOCKUPAWS_PORT", "5433"));
  }

  @Test
  void theHooksLastLinesAndStatusAreKept() throws IOException {
    Path hook = hook("seq 1 30", "echo $MOCKUPAWS_PORT >&2", "exit 7");
    FailoverHook.Ran ran = run(hook, Duration.ofMinutes(5), Map.of("PATH", "/usr/bin:/bin"));
    assertThat(ran.status()).isEqualTo(7);
    assertThat(ran.output()).hasSize(20).endsWith("30", "5433").startsWith("12");
  }

  @Test
  void theHookGetsNothingThatOpensTheRepositoryAServerOrAChannel() throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String secret :
        List.of(
            "BACKUP_ENCRYPTION_KEY",
            "BACKUP_ENCRYPTION_KEY_FILE",
            "BACKUP_NEW_ENCRYPTION_KEY",
            "BACKUP_NEW_ENCRYPTION_KEY_COMMAND",
            "BACKUP_DATABASE_URL",
            "BACKUP_HISTORY_URL",
            "BACKUP_SMTP_URL",
            "BACKUP_NOTICE_SLACK",
            "DATABASE_URL",
            "PGPASSWORD",
            "PGPASSFILE",
            "PGSSLKEY")) {
      environment.put(secret, "hidden");
    }
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("BACKUP_CLUSTER", "prod");
    FailoverHook.Ran ran = run(hook("env | sort"), Duration.ofMinutes(5), environment);
    assertThat(ran.output())
        .contains("BACKUP_CLUSTER=prod", "MOCKUPAWS_PORT=5433")
        .noneMatch(line -> line.contains("hidden"));
  }

  @Test
  void aHookThatTakesTooLongIsEndedAndItsChildrenAreNotWaitedFor() throws IOException {
    Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
    FailoverHook.Ran slow =
        run(hook("trap 'exit 0' TERM", "sleep 600"), Duration.ofSeconds(1), environment);
    assertThat(slow.status()).isEqualTo(124);
    assertThat(slow.output()).anyMatch(line -> line.contains("it took longer than"));
    Path child = folder.resolve("child");
    Path over = folder.resolve("over");
    FailoverHook.Ran left =
        run(
            hook("(sleep 30; touch " + over + ") &", "echo $! > " + child, "echo done"),
            Duration.ofMinutes(5),
            environment);
    assertThat(over).as("what its child does, which has its pipe").doesNotExist();
    ProcessHandle.of(number(child)).ifPresent(ProcessHandle::destroyForcibly);
    assertThat(left.status()).isZero();
    assertThat(left.output()).startsWith("done");
  }

  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  @Test
  void whatWasNotLookedAtIsNotProven() {
    DataProven good = new DataProven("postgres", 180_000, "proven", true, List.of(), List.of(), 0);
    assertThat(FailoverEnding.judged(List.of(good), List.of()).outcome()).isEqualTo(Outcome.OK);
    assertThat(FailoverEnding.judged(List.of(), List.of()).outcome()).isEqualTo(Outcome.UNKNOWN);
    Taken<Boolean> closed = FailoverEnding.judged(List.of(good), List.of("the database x"));
    assertThat(closed.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(closed.value()).isFalse();
    assertThat(closed.what()).contains("the database x");
    DataProven damaged =
        new DataProven("postgres", 180_000, "damaged", true, List.of(), List.of(), 0);
    assertThat(FailoverEnding.judged(List.of(good, damaged), List.of()).outcome())
        .isEqualTo(Outcome.FAILED);
  }
}
