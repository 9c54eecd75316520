package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrewTest {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger ended = new AtomicInteger();

  private static void nothing() {}

  /** Works until it is told to stop. */
  private boolean waiting() throws InterruptedException {
    stopped.await();
    ended.incrementAndGet();
    return true;
  }

  private static Failure failure(ErrorCode code) {
    return new Failure(code, "what", "next");
  }

  @Test
  void givesWhatTheTaskGives() {
    assertThat(Crew.run("t", () -> "done", CrewTest::nothing, stopped::countDown))
        .isEqualTo("done");
    assertThat(stopped.getCount()).isEqualTo(1);
  }

  @Test
  void theFirstFailureStopsTheOthersAndIsThrownWhenTheyHaveEnded() {
    Crew.Task waiting = new Crew.Task("w", this::waiting);
    Crew.Task failing =
        new Crew.Task(
            "f",
            () -> {
              throw failure(ErrorCode.STORE_FULL);
            });
    assertThatThrownBy(
            () ->
                Crew.runAll(
                    List.of(waiting, failing, waiting), CrewTest::nothing, stopped::countDown))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FULL));
    assertThat(ended).hasValue(2);
  }

  @Test
  void whatTheTickThrowsStopsTheTasks() {
    assertThatThrownBy(
            () ->
                Crew.run(
                    "w",
                    this::waiting,
                    () -> {
                      throw failure(ErrorCode.LEASE_LOST);
                    },
                    stopped::countDown))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_LOST));
    assertThat(ended).hasValue(1);
  }

  @Test
  void anInterruptBreaksTheBackupOff() throws InterruptedException {
    AtomicInteger interrupted = new AtomicInteger();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Crew.run("w", this::waiting, CrewTest::nothing, stopped::countDown);
                  } catch (Failure e) {
                    boolean told = e.code() == ErrorCode.BACKUP_INTERRUPTED && Thread.interrupted();
                    interrupted.set(told ? 1 : -1);
                  }
                });
    caller.interrupt();
    caller.join();
    assertThat(interrupted).hasValue(1);
    assertThat(ended).hasValue(1);
  }

  @Test
  void aDefectIsNamedAsOne() {
    assertThatThrownBy(
            () ->
                Crew.run(
                    "t",
                    () -> {
                      throw new IllegalStateException("oops");
                    },
                    CrewTest::nothing,
                    CrewTest::nothing))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasRootCauseMessage("oops");
  }
}
