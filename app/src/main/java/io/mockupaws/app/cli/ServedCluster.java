package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.daemon.HealthAnswer;
import io.mockupaws.app.daemon.Metric;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.notice.Notices;
import io.mockupaws.engine.repository.HostName;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One cluster of {@code serve}: its stream, its tasks, and the looks by which its health is told.
 * Each goes on whatever becomes of the others; what fails is begun again.
 */
final class ServedCluster {
  /** Between two tries to open the repository, or to stream. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** What runs may take to end: together with what the stream needs, ten seconds. */
  private static final Duration TIDYING = Duration.ofSeconds(3);

  private static final Duration NOTICES = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int RUNS = 50;

  private final Session session;
  private final CountDownLatch stop;
  private final String label;
  private final StreamReport report;
  private final Notices notices;
  private final Cancel cancel = new Cancel();
  private final Semaphore lookNow = new Semaphore(0);
  private volatile Config config;
  private volatile List<Reason> notes = List.of();
  private volatile Optional<String> name = Optional.empty();
  private volatile Optional<StreamState> state = Optional.empty();
  private volatile Optional<Failure> streamFailure = Optional.empty();
  private volatile Instant brokenSince;
  private volatile Optional<HealthFacts> facts = Optional.empty();
  private volatile Optional<Failure> lookFailure = Optional.empty();
  private volatile List<StoreRoom> rooms = List.of();
  private volatile Optional<StreamAnswer> streamed = Optional.empty();

  /**
   * @param label how it is called in the log before its name is known
   * @param notices by which people are told
   */
  ServedCluster(
      Session session, Config config, CountDownLatch stop, String label, Notices notices) {
    this.notices = notices;
    this.session = session;
    this.config = config;
    this.stop = stop;
    this.label = label;
    this.report = StreamReport.lines(session.screen(), session.parts().clock(), "[" + label + "] ");
    this.brokenSince = session.now();
  }

  private String cluster() {
    return name.orElse(label);
  }

  Config config() {
    return config;
  }

  /**
   * Takes another configuration, for what is read anew each time: schedule, objectives, retention,
   * limits.
   */
  void reload(Config other) {
    config = other;
    notes = List.of();
    lookNow.release();
  }

  /** The configuration stays; that is told. */
  void keep(List<Reason> told) {
    notes = told;
  }

  /** Does it all until it is stopped. */
  ServeAnswer.Ended run() {
    session.parts().stop().watch(cancel::ask);
    Thread watching = Thread.ofVirtual().name("notices").start(this::tell);
    while (!stopped(Duration.ZERO)) {
      try (OpenCluster open = session.openCluster(config)) {
        name = Optional.of(open.cluster().identity().name());
        lookFailure = Optional.empty();
        run(open);
      } catch (RuntimeException e) {
        lookFailure = Optional.of(failure(e));
        report.note("the repository cannot be opened: " + OwnBackup.told(e));
        stopped(AGAIN);
      }
    }
    join(List.of(watching));
    return new ServeAnswer.Ended(
        cluster(),
        streamed.map(StreamAnswer::storedLsn),
        streamed.map(StreamAnswer::unstoredBytes).orElse(0L),
        streamed.map(StreamAnswer::backups).orElse(List.of()),
        streamFailure.map(Failure::what));
  }

  private void run(OpenCluster open) {
    TaskWork work = new TaskWork(session, open, cancel);
    TaskCalendar calendar =
        new TaskCalendar(
            session.parts().clock(),
            task -> session.runs(open.cluster()).newestWhole(task, RUNS),
            (task, with) -> {
              try {
                return work.run(task, with);
              } finally {
                lookNow.release();
              }
            },
            report::note);
    List<Thread> beside =
        List.of(
            Thread.ofVirtual().name("looks").start(() -> looks(open)),
            Thread.ofVirtual().name("rooms").start(() -> rooms(open)),
            Thread.ofVirtual().name("calendar").start(() -> calendar(calendar)));
    try {
      streams(open);
    } finally {
      cancel.ask();
      List<Thread> last = new ArrayList<>(calendar.running());
      last.addAll(beside);
      join(last);
    }
  }

  private void streams(OpenCluster open) {
    while (!stopped(Duration.ZERO)) {
      if (!streams()) {
        stopped(AGAIN); // the configuration may be read again
        continue;
      }
      try {
        StreamWork work = new StreamWork(session, this::config, open, report, this::follow);
        streamed = Optional.of(work.run(stop, /* takesOver= */ false, TIDYING, () -> {}));
      } catch (RuntimeException e) {
        broken();
        Failure failure = failure(e);
        streamFailure = Optional.of(failure);
        report.note(
            "the stream does not run, it is begun again: "
                + failure.what()
                + " -> "
                + failure.nextStep());
        stopped(AGAIN);
      }
    }
  }

  private void follow(StreamState now) {
    state = Optional.of(now);
    if (now.phase() == StreamState.Phase.STREAMING && now.lastError().isEmpty()) {
      streamFailure = Optional.empty();
      brokenSince = Instant.MAX.minus(HealthJudge.STREAM_PATIENCE);
    } else {
      // what it fails with by now counts, and not what it failed with before
      now.lastError().ifPresent(failure -> streamFailure = Optional.of(failure));
      broken();
    }
  }

  private void broken() {
    Instant now = session.now();
    if (brokenSince.isAfter(now)) {
      brokenSince = now;
    }
  }

  private void looks(OpenCluster open) {
    HealthLook look = new HealthLook(session, open);
    while (!stopped(Duration.ZERO)) {
      try {
        lookNow.drainPermits();
        boolean streams = brokenSince.isAfter(session.now());
        facts = Optional.of(look.look(config, streams));
        lookFailure = Optional.empty();
      } catch (RuntimeException e) {
        lookFailure = Optional.of(failure(e));
      }
      awaitNextLook();
    }
  }

  /** Sooner when a run has ended. */
  private void awaitNextLook() {
    Instant next = session.now().plus(config.daemon().look());
    try {
      while (session.now().isBefore(next)
          && stop.getCount() > 0
          && !lookNow.tryAcquire(TICK.toMillis() / 4, TimeUnit.MILLISECONDS)) {
        // again
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void rooms(OpenCluster open) {
    do {
      rooms = StoreRoom.of(open.cluster().store(), config.daemon().quota());
    } while (!stopped(
        config.daemon().quota().isPresent() ? Duration.ofHours(1) : Duration.ofMinutes(1)));
  }

  /** Before the first look nothing is known, and that is no news. */
  private void tell() {
    NoticeWatch watch =
        new NoticeWatch(
            this::cluster,
            HostName.own(),
            notice -> notices.send(notice.redacted(session.screen()::redact)));
    while (!stopped(NOTICES)) {
      if (facts.isPresent() || lookFailure.isPresent()) {
        watch.look(reasons(), session.now());
      }
    }
  }

  private void calendar(TaskCalendar calendar) {
    while (!stopped(TICK)) {
      if (!streams()) {
        calendar.look(config.withDaemon(config.daemon().without(Task.PHYSICAL)));
      } else if (isHeard() && !isAnother()) {
        calendar.look(config);
      }
    }
  }

  /** Or is protected by dumps alone. */
  private boolean streams() {
    return config.clusterConfig(cluster()).streams();
  }

  /** The stream has compared the server with what the repository holds, or said why it cannot. */
  private boolean isHeard() {
    return streamFailure.isPresent()
        || state
            .filter(s -> s.phase() == StreamState.Phase.STREAMING || s.lastError().isPresent())
            .isPresent();
  }

  /** Nothing of a copy of the server comes into the live history. */
  private boolean isAnother() {
    return streamFailure
        .map(Failure::code)
        .filter(code -> code == ErrorCode.OTHER_LIFE || code == ErrorCode.FOREIGN_CLUSTER)
        .isPresent();
  }

  private boolean stopped(Duration longest) {
    try {
      return stop.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void join(List<Thread> threads) {
    long until = System.nanoTime() + TIDYING.toNanos();
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Failure failure(RuntimeException e) {
    return e instanceof Failure failure
        ? failure
        : new Failure(
            ErrorCode.INTERNAL,
            "an unexpected " + e.getClass().getSimpleName(),
            "see the log of mockupaws serve, and report it",
            e);
  }

  private List<Reason> reasons() {
    List<Reason> all = new ArrayList<>(notes);
    all.addAll(
        HealthJudge.of(
            config.daemon(),
            facts,
            lookFailure,
            streams()
                ? Optional.of(new HealthJudge.Streaming(state, streamFailure, brokenSince))
                : Optional.empty(),
            session.now()));
    return all;
  }

  HealthAnswer.OfCluster health() {
    List<Reason> reasons = reasons();
    return new HealthAnswer.OfCluster(
        cluster(), reasons.isEmpty(), facts.map(HealthFacts::at).orElseGet(session::now), reasons);
  }

  List<Metric> metrics() {
    return ClusterMetrics.of(cluster(), facts, state, reasons());
  }

  List<StoreRoom> rooms() {
    return rooms;
  }
}
