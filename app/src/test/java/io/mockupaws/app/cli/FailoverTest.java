package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.app.cli.TestProgram.Result;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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
    return new FailoverStores(List.of(standings));
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

  @Test
  void whatIsLostIsNeverSaidToBeLessThanItCanBe() {
    FailoverLoss clock =
        new FailoverLoss(
            "clock",
            Optional.of(NEWEST),
            NEWEST.plusSeconds(90),
            Optional.of(90_000L),
            Optional.empty());
    assertThat(clock.text())
        .contains("14:59:58")
        .contains("is LOST, at the most the 1 min 30 s since then");
    assertThat(clock.isExact()).isFalse();
    FailoverLoss bytes =
        new FailoverLoss("store", Optional.of(NEWEST), NEWEST, Optional.of(0L), Optional.of(4096L));
    assertThat(bytes.text()).contains("is LOST: the first store is ahead by");
    FailoverLoss none =
        new FailoverLoss("server", Optional.of(NEWEST), NEWEST, Optional.of(0L), Optional.of(0L));
    assertThat(none.text()).isEqualTo("nothing that the server has is lost");
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
    Path plain = Files.createFile(folder.resolve("plain"));
    for (List<String> wrong :
        List.of(
            List.of("failover"),
            List.of("failover", "--drill", "--to-dir", target),
            List.of("failover", "--drill", "--keep-settings"),
            List.of("failover", "--drill", "--abandon-primary"),
            List.of("failover", "--to-dir", target, "--temp-dir", target),
            List.of("failover", "--to-dir", target, "--port", "0"),
            List.of("failover", "--to-dir", target, "--hook", plain.toString()))) {
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
        .containsExactly("ok", "ok", "failed");
    assertThat(json.path("cluster").asString()).isEqualTo("prod");
    assertThat(Files.readString(Path.of(report.toString().replace(".json", ".txt"))))
        .contains("failover: NOT done");
    assertThat(folder.resolve("pg")).doesNotExist();
  }

  @Test
  void theHooksLastLinesAndStatusAreKept() throws IOException {
    Path hook = folder.resolve("hook.sh");
    Files.writeString(
        hook,
        "#!/bin/sh\n"
            + "seq 1 30\n"
            + "echo \"$MOCKUPAWS_PORT ${BACKUP_ENCRYPTION_KEY:-none}\" >&2\n"
            + "exit 7\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    FailoverHook.Ran ran =
        new FailoverHook(new TestProgram().session(), hook).run(Map.of("MOCKUPAWS_PORT", "5433"));
    assertThat(ran.status()).isEqualTo(7);
    assertThat(ran.output()).hasSize(20).endsWith("30", "5433 none").startsWith("12");
  }
}
