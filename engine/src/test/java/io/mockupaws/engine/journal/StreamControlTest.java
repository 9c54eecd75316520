package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import org.junit.jupiter.api.Test;

/** What counts as an error that keeps a stream from going on. */
class StreamControlTest {
  private final StreamControl control = new StreamControl(new Line());
  private final Failure failure = new Failure(ErrorCode.SERVER_UNREACHABLE, "gone", "wait");

  /** Of an idle server nothing is stored, however long it streams again. */
  @Test
  void aLostConnectionIsOverOnceTheNextOneStreams() {
    control.serverError(failure);
    assertThat(control.lastError(/* streams= */ false)).contains(failure);
    assertThat(control.lastError(/* streams= */ true)).isEmpty();
  }

  @Test
  void aStoreThatRefusesIsOverOnceItTakesSomething() {
    control.error(failure);
    assertThat(control.lastError(/* streams= */ true)).contains(failure);
    control.recovered();
    assertThat(control.lastError(/* streams= */ false)).isEmpty();
  }
}
