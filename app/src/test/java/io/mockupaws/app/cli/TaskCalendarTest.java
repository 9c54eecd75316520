package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ConfigReader;
import io.mockupaws.app.config.ConfigRequest;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The usual schedule over days, against a real record of runs, with a clock that is set. */
class TaskCalendarTest {
  private volatile Instant now = Instant.parse("2026-04-07T12:00:00Z");
  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("prod", 7, 18, 1 << 24, now));
  private final TaskRuns runs = new TaskRuns(cluster, () -> now, new SecureRandom());
  private final Config config =
      new ConfigReader(Map.of("BACKUP_REPOSITORY", "file:///r"))
          .read(ConfigRequest.of(Need.REPOSITORY), new Problems());
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(Task.values().length);
  private volatile Optional<Failure> failure = Optional.empty();
  private final TaskCalendar calendar = calendar(new CountDownLatch(0));

  private TaskCalendar calendar(CountDownLatch gate) {
    return new TaskCalendar(
        () -> now, task -> runs.newest(task, 50), (task, _) -> work(task, gate), _ -> {});
  }

  private String work(Task task, CountDownLatch gate) {
    return runs.record(
        task,
        () -> {
          done.add(task.word() + " " + now);
          begun.countDown();
          await(gate);
          failure.ifPresent(
              f -> {
                throw f;
              });
          return "done";
        },
        _ -> RunOutcome.done(List.of(), 0));
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once, and waits for what it began. */
  private List<String> look(String time) throws InterruptedException {
    now = Instant.parse(time);
    done.clear();
    calendar.look(config);
    for (Thread thread : calendar.running()) {
      thread.join();
    }
    return done.stream().map(line -> line.split(" ", -1)[0]).sorted().toList();
  }

  @Test
  void whatWasMissedIsCaughtUpAtOnceAndThenComesAtItsTime() throws InterruptedException {
    assertThat(look("2026-04-07T12:00:00Z"))
        .containsExactly("cleanup", "config", "logical", "physical");
    assertThat(look("2026-04-07T12:00:01Z")).isEmpty();
    assertThat(look("2026-04-08T01:59:59Z")).isEmpty();
    assertThat(look("2026-04-08T02:00:00Z")).containsExactly("logical", "physical");
    assertThat(look("2026-04-08T02:05:00Z")).isEmpty();
    assertThat(look("2026-04-08T04:00:00Z")).containsExactly("cleanup");
    assertThat(look("2026-04-11T09:00:00Z")).containsExactly("cleanup", "logical", "physical");
    assertThat(look("2026-04-11T10:00:00Z")).isEmpty();
    assertThat(look("2026-04-12T03:00:00Z")).containsExactly("config", "logical", "physical");
  }

  /** A crontab, or another host, has done it. */
  @Test
  void whatSomebodyElseDidIsNotDoneAgain() throws InterruptedException {
    look("2026-04-07T12:00:00Z");
    now = Instant.parse("2026-04-08T02:00:00Z");
    runs.record(Task.PHYSICAL, () -> 1, _ -> RunOutcome.done(List.of(), 0));
    assertThat(look("2026-04-08T02:00:01Z")).containsExactly("logical");
  }

  /** A table that somebody dumped after the hour is not the night's backup. */
  @Test
  void aPartDoesNotStandInForTheRun() throws InterruptedException {
    look("2026-04-07T12:00:00Z");
    now = Instant.parse("2026-04-08T02:00:00Z");
    runs.record(Task.LOGICAL, Scope.PART, () -> 1, _ -> RunOutcome.done(List.of(), 0));
    assertThat(look("2026-04-08T02:00:01Z")).containsExactly("logical", "physical");
  }

  @Test
  void whatFailedIsBegunAgainLater() throws InterruptedException {
    look("2026-04-07T12:00:00Z");
    failure = Optional.of(new Failure(ErrorCode.STORE_FULL, "full", "make room"));
    assertThat(look("2026-04-08T02:00:00Z")).containsExactly("logical", "physical");
    assertThat(look("2026-04-08T02:09:59Z")).isEmpty();
    failure = Optional.empty();
    assertThat(look("2026-04-08T02:12:00Z")).containsExactly("logical", "physical");
    assertThat(look("2026-04-08T12:00:00Z")).containsExactly("cleanup");
  }

  @Test
  void twoOfAKindNeverRunAtOnce() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    TaskCalendar slow = calendar(gate);
    slow.look(config);
    begun.await();
    TaskCalendar another = calendar(gate);
    for (int hour = 0; hour < 6; hour++) {
      slow.look(config);
      another.look(config);
      assertThat(another.running()).as("what another process runs").isEmpty();
      now = now.plus(Duration.ofHours(1));
    }
    gate.countDown();
    for (Thread thread : slow.running()) {
      thread.join();
    }
    assertThat(done).hasSize(Task.values().length);
  }
}
