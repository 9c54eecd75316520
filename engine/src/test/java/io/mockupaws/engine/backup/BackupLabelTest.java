package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupLabelTest {
  private static final String LABEL =
      """
      START WAL LOCATION: 1A/2000028 (file 000000030000001A00000002)
      CHECKPOINT LOCATION: 1A/2000060
      BACKUP METHOD: streamed
      BACKUP FROM: standby
      START TIME: 2026-11-22 18:57:30 UTC
      LABEL: mockupaws 20261122T185729Z-full-8230
      START TIMELINE: 3
      """;

  @Test
  void tellsWhereRecoveryBegins() {
    assertThat(BackupLabel.parse(LABEL))
        .isEqualTo(
            new BackupLabel(
                LABEL, Lsn.parse("1A/2000028"), Lsn.parse("1A/2000060"), new Timeline(3), true));
    assertThat(BackupLabel.parse(LABEL.replace("standby", "primary")).fromStandby()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "START WAL LOCATION: ",
        "CHECKPOINT LOCATION: ",
        "START TIMELINE: ",
        "BACKUP FROM: "
      })
  void refusesALabelThatLacksALine(String line) {
    assertThatThrownBy(() -> BackupLabel.parse(LABEL.replace(line, "SOMETHING ELSE: ")))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_ERROR));
  }

  @Test
  void refusesNumbersThatAreNone() {
    assertThatThrownBy(() -> BackupLabel.parse(LABEL.replace("1A/2000028", "1A")))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> BackupLabel.parse(LABEL.replace("TIMELINE: 3", "TIMELINE: 0")))
        .isInstanceOf(Failure.class);
  }

  /** What is used of earlier backups was chosen for the timeline seen before. */
  @Test
  void aServerThatWentOverToAnotherTimelineIsNotOnTheSameWay() {
    Timeline two = new Timeline(2);
    BackupLabel label = new BackupLabel("", Lsn.ZERO, Lsn.ZERO, two, true);
    assertThatCode(() -> label.demandSameWay(two, true)).doesNotThrowAnyException();
    for (Failure failure :
        List.of(
            catchThrowableOfType(Failure.class, () -> label.demandSameWay(new Timeline(1), true)),
            catchThrowableOfType(Failure.class, () -> label.demandSameWay(two, false)))) {
      assertThat(failure.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED);
    }
  }

  /** The files of a standby may lie on the timeline that its primary went over to. */
  @Test
  void aStandbyThatFollowedToAnotherTimelineEndsItsBackup() {
    BackupLabel label = BackupLabel.parse(LABEL);
    assertThatCode(() -> label.demandOneTimeline(Optional.of(new Timeline(3))))
        .doesNotThrowAnyException();
    assertThatCode(() -> label.demandOneTimeline(Optional.empty())).doesNotThrowAnyException();
    Failure failure =
        catchThrowableOfType(
            Failure.class, () -> label.demandOneTimeline(Optional.of(new Timeline(4))));
    assertThat(failure.code()).isEqualTo(ErrorCode.BACKUP_INTERRUPTED);
    assertThat(failure.what()).contains("timeline 4");
    BackupLabel primary = BackupLabel.parse(LABEL.replace("standby", "primary"));
    assertThatCode(() -> primary.demandOneTimeline(Optional.of(new Timeline(4))))
        .doesNotThrowAnyException();
  }
}
