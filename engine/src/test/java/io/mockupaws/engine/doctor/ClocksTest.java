package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClocksTest {
  private static final Instant BEFORE = Instant.parse("2026-04-07T12:00:00Z");
  private static final Instant AFTER = BEFORE.plusSeconds(2);

  private static Check check(Duration behindAnswer) {
    return Clocks.check("clock.server", "the server", AFTER.plus(behindAnswer), BEFORE, AFTER);
  }

  private static Check checkBefore(Duration beforeQuestion) {
    Instant theirs = BEFORE.minus(beforeQuestion);
    return Clocks.check("clock.server", "the server", theirs, BEFORE, AFTER);
  }

  @Test
  void anythingBetweenQuestionAndAnswerAgrees() {
    assertThat(check(Duration.ofSeconds(-1)).state()).isEqualTo(Check.State.OK);
    assertThat(check(Duration.ofSeconds(5)).state()).isEqualTo(Check.State.OK);
    assertThat(checkBefore(Duration.ofSeconds(5)).state()).isEqualTo(Check.State.OK);
  }

  @Test
  void aheadAndBehindAreTold() {
    Check ahead = check(Duration.ofSeconds(6));
    assertThat(ahead.state()).isEqualTo(Check.State.WARNING);
    assertThat(ahead.what()).contains("ahead of this host's");
    assertThat(ahead.next()).contains("NTP");
    Check behind = checkBefore(Duration.ofSeconds(299));
    assertThat(behind.state()).isEqualTo(Check.State.WARNING);
    assertThat(behind.what()).contains("behind this host's");
  }

  @Test
  void fiveMinutesAreTooFar() {
    assertThat(check(Duration.ofMinutes(5)).state()).isEqualTo(Check.State.FAILED);
    assertThat(checkBefore(Duration.ofMinutes(5)).state()).isEqualTo(Check.State.FAILED);
  }
}
