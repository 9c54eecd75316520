package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.logical.MadeDumps;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What makes a cleanup refuse. */
class CleanupLimitsTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private static CleanupPlan plan(int backups, int expire, int dumps, int dumpsExpire) {
    List<DumpFate> fates = new ArrayList<>();
    for (int i = 0; i < dumps; i++) {
      fates.add(
          new DumpFate(
              MadeDumps.fact(DumpSidecar.Content.DATABASE, "d" + i, NOON, List.of()),
              i >= dumpsExpire,
              List.of(),
              /* expiredBefore= */ false,
              Optional.empty(),
              Optional.empty(),
              StorageClass.STANDARD_IA));
    }
    return new CleanupPlan(
        List.of(),
        List.of(),
        Map.of(),
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        /* backupRuns= */ false,
        backups,
        expire,
        Optional.of(NOON),
        List.of(),
        List.of(),
        new DumpPlan(fates, List.of(), List.of()),
        StillPaid.NONE,
        StillLocked.NONE);
  }

  private static Optional<Failure> refusal(CleanupPlan plan) {
    return CleanupLimits.usual().refusal(plan, Optional.empty());
  }

  /** A quarter of all together would let half of the one kind go unseen. */
  @Test
  void backupsAndDumpsAreCountedApart() {
    assertThat(refusal(plan(40, 10, 40, 10))).isEmpty();
    Failure backups = refusal(plan(40, 20, 400, 10)).orElseThrow();
    assertThat(backups.code()).isEqualTo(ErrorCode.TOO_MANY_EXPIRE);
    assertThat(backups.what()).startsWith("20 of 40 backups");
    assertThat(backups.nextStep()).contains("--max-delete 20");
    Failure dumps = refusal(plan(400, 10, 40, 20)).orElseThrow();
    assertThat(dumps.what()).startsWith("20 of 40 dumps");
  }

  @Test
  void noBackupExpiresWithoutANewerOneAndDumpsDoNotStandInTheWay() {
    CleanupRecord last = new CleanupRecord(NOON, NOON, NOON, List.of(), List.of(), 0, 0);
    CleanupLimits usual = CleanupLimits.usual();
    assertThat(usual.refusal(plan(40, 1, 0, 0), Optional.of(last)).map(Failure::code))
        .contains(ErrorCode.NO_NEW_BACKUP);
    assertThat(usual.refusal(plan(40, 0, 40, 1), Optional.of(last))).isEmpty();
  }
}
