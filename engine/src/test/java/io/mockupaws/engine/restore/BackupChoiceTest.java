package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.TargetRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BackupChoiceTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);
  private static final Timeline THREE = new Timeline(3);

  private final ManifestHead first = backup("20260101T000000Z-full-0001", ONE, 1000, false);
  private final ManifestHead second = backup("20260102T000000Z-full-0002", ONE, 2000, false);
  private final ManifestHead corrupt = backup("20260103T000000Z-full-0003", ONE, 3000, true);
  private final ManifestHead onTwo = backup("20260104T000000Z-full-0004", TWO, 4000, false);
  private final BackupChoice choice =
      new BackupChoice(
          List.of(first, second, corrupt, onTwo),
          Map.of(
              TWO, new TimelineHistory(TWO, List.of(left(ONE, 3500))),
              THREE, new TimelineHistory(THREE, List.of(left(ONE, 1500)))),
          BackupChoiceTest::locate);

  @Test
  void theNewestThatHadEndedAtTheTarget() {
    assertThat(best(new TargetRequest.AtLsn(new Lsn(1999)), ONE)).contains(first);
    assertThat(best(new TargetRequest.AtLsn(new Lsn(2000)), ONE)).contains(second);
    assertThat(best(new TargetRequest.AtTime(first.stoppedAt()), ONE)).contains(first);
    assertThat(best(new TargetRequest.AtTime(first.stoppedAt().minusMillis(1)), ONE)).isEmpty();
    assertThat(best(new TargetRequest.Latest(), TWO)).contains(onTwo);
  }

  @Test
  void oneWithCorruptPagesOnlyWhenThereIsNoOther() {
    assertThat(best(new TargetRequest.Latest(), ONE)).contains(second);
    BackupChoice onlyCorrupt =
        new BackupChoice(List.of(corrupt), Map.of(), BackupChoiceTest::locate);
    assertThat(onlyCorrupt.best(new TargetRequest.Latest(), ONE)).contains(corrupt);
  }

  /** What comes into question when the first cannot be used. */
  @Test
  void oneThatWasConsolidatedComesBehindWhatTookItsPlaceAndCorruptOnesBehindAll() {
    ManifestHead once = second.consolidated(new BackupId("20260102T000000Z-incremental-0000"), 1);
    ManifestHead twice = once.consolidated(new BackupId("20260102T000000Z-incremental-0001"), 1);
    BackupChoice all =
        new BackupChoice(
            List.of(first, once, second, twice, corrupt), Map.of(), BackupChoiceTest::locate);
    assertThat(all.candidates(new TargetRequest.Latest(), ONE))
        .containsExactly(twice, once, second, first, corrupt);
  }

  @Test
  void onlyThoseOnTheWayToTheBranch() {
    assertThat(best(new TargetRequest.Latest(), THREE)).contains(first);
    assertThatThrownBy(() -> best(new TargetRequest.Latest(), new Timeline(9)))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_BACKUP));
  }

  /** Timeline 3 left 1 before the second backup ended, timeline 2 behind it. */
  @Test
  void whatComesOfABackup() {
    List<Timeline> all = List.of(ONE, TWO, THREE);
    assertThat(choice.newestFrom(first, all)).contains(THREE);
    assertThat(choice.newestFrom(second, all)).contains(TWO);
    assertThat(choice.newestFrom(onTwo, all)).contains(TWO);
    assertThat(choice.newestFrom(onTwo, List.of(ONE))).isEmpty();
    assertThat(choice.onTheWay(second, TWO)).isEqualTo(second);
    assertThatThrownBy(() -> choice.onTheWay(second, THREE))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_BACKUP));
  }

  /**
   * A timeline whose history is lost may be what the backup became: the older one is not "latest".
   */
  @Test
  void aTimelineThatNothingExplainsIsNotPassedOver() {
    Map<Timeline, TimelineHistory> histories = Map.of(TWO, new TimelineHistory(TWO, List.of()));
    BackupChoice lost =
        new BackupChoice(List.of(first, second), histories, BackupChoiceTest::locate);
    for (ThrowingCallable choosing :
        List.<ThrowingCallable>of(
            () -> lost.newestFrom(first, List.of(ONE, TWO)),
            () -> lost.best(new TargetRequest.Latest(), TWO))) {
      assertThatThrownBy(choosing)
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_MISSING))
          .hasMessageContaining("00000002.history");
    }
    assertThat(lost.best(new TargetRequest.Latest(), ONE)).contains(second);
    BackupChoice onIt = new BackupChoice(List.of(onTwo), histories, BackupChoiceTest::locate);
    assertThat(onIt.newestFrom(onTwo, List.of(ONE, TWO))).contains(TWO);
    assertThat(onIt.best(new TargetRequest.Latest(), TWO)).contains(onTwo);
  }

  @Test
  void oneByItsName() {
    assertThat(choice.named(second.id())).isEqualTo(second);
    assertThatThrownBy(() -> choice.named(new BackupId("20250102T000000Z-full-0002")))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_BACKUP));
  }

  private Optional<ManifestHead> best(TargetRequest target, Timeline branch) {
    return choice.best(target, branch);
  }

  /** The point "at 2500" lies there. */
  private static Lsn locate(TargetRequest.Recorded target, Timeline branch, Lsn from) {
    assertThat(from).as("the end of the oldest backup of %s", branch).isEqualTo(new Lsn(1000));
    return switch (target) {
      case TargetRequest.AtName(String name) ->
          new Lsn(Long.parseLong(name.substring("at ".length())));
      case TargetRequest.AtTransaction transaction -> new Lsn(transaction.xid());
    };
  }

  @Test
  void theNewestBeforeTheRecordThatIsNamed() {
    assertThat(best(new TargetRequest.AtName("at 1999"), ONE)).contains(first);
    assertThat(best(new TargetRequest.AtName("at 2000"), ONE)).contains(second);
    assertThat(best(new TargetRequest.AtTransaction(2001, false), ONE)).contains(second);
    assertThat(best(new TargetRequest.AtTransaction(4001, true), TWO)).contains(onTwo);
  }

  private static TimelineHistory.Switch left(Timeline parent, long at) {
    return new TimelineHistory.Switch(parent, new Lsn(at), "promoted");
  }

  private static ManifestHead backup(String id, Timeline timeline, long stop, boolean corrupt) {
    Instant stopped = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(stop);
    return new ManifestHead(
        new BackupId(id),
        BackupKind.FULL,
        "prod",
        1,
        150018,
        timeline,
        new Lsn(stop - 100),
        new Lsn(stop),
        stopped.minusSeconds(50),
        stopped,
        16 << 20,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        1,
        1,
        1,
        corrupt ? List.of(new CorruptPage("base/5/1", 0, "t", "checksum")) : List.of());
  }
}
