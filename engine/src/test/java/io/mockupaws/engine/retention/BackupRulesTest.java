package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cases that random histories hardly meet. A Sunday, with a window of three days. */
class BackupRulesTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Instant NOW = Instant.parse("2026-04-12T20:00:00Z");
  private static final RetentionRules RULES =
      new RetentionRules(
          new Term(4, ChronoUnit.DAYS),
          new Term(1, ChronoUnit.WEEKS),
          new Term(1, ChronoUnit.MONTHS),
          new Term(1, ChronoUnit.YEARS),
          new Term(3, ChronoUnit.DAYS),
          1);

  private final Random random = new Random(1);

  private KnownBackup backup(String day, boolean clean) {
    Instant at = Instant.parse(day + "T02:00:00Z");
    long position = at.getEpochSecond() << 8;
    return new KnownBackup(
        BackupId.of(at, BackupKind.FULL, random),
        ONE,
        new Lsn(position),
        new Lsn(position + 1),
        at,
        /* whole= */ true,
        clean,
        Optional.empty());
  }

  private KnownBackup consolidated(KnownBackup before) {
    return new KnownBackup(
        BackupId.of(before.stoppedAt(), BackupKind.INCREMENTAL, random),
        before.timeline(),
        before.start(),
        before.stop(),
        before.stoppedAt(),
        before.whole(),
        before.clean(),
        Optional.of(before.id()));
  }

  /** Also where the minimum would keep both. */
  @Test
  void ofABackupAndItsConsolidationsTheLastStays() {
    KnownBackup first = backup("2026-04-11", true);
    KnownBackup second = consolidated(first);
    KnownBackup third = consolidated(second);
    List<BackupFate> fates =
        new BackupRules(
                List.of(third, first, second),
                RULES,
                NOW,
                new Ways(Map.of(), Map.of(ONE, NOW)),
                Map.of())
            .fates();
    assertThat(fates.stream().filter(BackupFate::stays).map(BackupFate::id))
        .containsExactly(third.id());
    assertThat(fates.stream().filter(fate -> fate.id().equals(first.id())).findFirst())
        .hasValueSatisfying(
            fate ->
                assertThat(fate.reasons())
                    .containsExactly("its content is consolidated in " + second.id()));
  }

  private static List<String> kept(KnownBackup... backups) {
    return new BackupRules(
            List.of(backups), RULES, NOW, new Ways(Map.of(), Map.of(ONE, NOW)), Map.of())
        .fates().stream()
            .filter(BackupFate::stays)
            .map(fate -> fate.id().toString().substring(0, 8))
            .toList();
  }

  /** The clean one of Sunday takes its place in week, month and year, but not before the window. */
  @Test
  void aCorruptBackupThatIsTheOnlyOneBeforeTheWindowIsBetterThanNone() {
    assertThat(kept(backup("2026-04-07", false), backup("2026-04-12", true)))
        .containsExactly("20260407", "20260412");
  }

  @Test
  void withACleanOneBeforeTheWindowACorruptOneIsOfNoUse() {
    assertThat(
            kept(
                backup("2026-04-06", true),
                backup("2026-04-07", false),
                backup("2026-04-12", true)))
        .containsExactly("20260406", "20260412");
  }
}
