package io.mockupaws.app.checklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChecklistTest {
  private final List<String> told = new ArrayList<>();

  private Checklist list(CheckItem... skipped) {
    return new Checklist(Set.of(skipped), checked -> told.add(checked.text()));
  }

  @Test
  void whatCannotBeToldStopsNothing() {
    Checklist list = list();
    list.look(CheckItem.TARGET, () -> Checked.ok(CheckItem.TARGET, "it is empty"));
    list.look(CheckItem.SPACE, () -> Checked.unknown(CheckItem.SPACE, "it is another host's"));
    list.demand();
    assertThat(told)
        .containsExactly("target: ok: it is empty", "space: cannot be told: it is another host's");
  }

  @Test
  void everythingThatFailedIsToldAtOnceWithTheWayPastIt() {
    Checklist list = list();
    list.look(CheckItem.SPACE, () -> Checked.failed(CheckItem.SPACE, "too little"));
    list.look(
        CheckItem.BACKUP,
        () -> {
          throw new Failure(ErrorCode.DAMAGED_OBJECT, "a pack is cut", "take another");
        });
    assertThatThrownBy(list::demand)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.CHECK_FAILED);
              assertThat(failure.what()).contains("space: too little").contains("a pack is cut");
              assertThat(failure.nextStep()).contains("--skip space --skip backup");
            });
  }

  @Test
  void whatIsSkippedIsNotLookedAt() {
    Checklist list = list(CheckItem.BACKUP);
    list.look(
        CheckItem.BACKUP,
        () -> {
          throw new AssertionError("looked at");
        });
    list.demand();
    assertThat(told.getFirst()).startsWith("backup: skipped");
  }

  @ParameterizedTest
  @EnumSource(names = {"RESTORE_INTERRUPTED", "VERIFY_INTERRUPTED", "STORE_UNREACHABLE"})
  void stoppingAndAnOutageAreNoFindings(ErrorCode code) {
    Checklist list = list();
    assertThatThrownBy(
            () ->
                list.look(
                    CheckItem.BACKUP,
                    () -> {
                      throw new Failure(code, "it ended", "again");
                    }))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    assertThat(list.checked()).isEmpty();
  }

  @Test
  void theTargetCannotBeSkipped() {
    assertThat(CheckItem.ofSkipped("space")).isEqualTo(CheckItem.SPACE);
    assertThatThrownBy(() -> CheckItem.ofSkipped("target"))
        .hasMessageContaining("space, backup, state, notice");
  }
}
