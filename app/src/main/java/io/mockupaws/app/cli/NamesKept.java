package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.history.Catalogues;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps the names of relations beside the WAL while it is streamed, so that {@code history} can
 * tell them. What fails is said once and tried again: nothing waits for it.
 */
final class NamesKept {
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final Duration LAST_WORD = Duration.ofMillis(500);

  private final Session session;
  private final Catalogues catalogues;
  private final ServerAddress server;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<Thread> running = Optional.empty();
  private Instant again = Instant.MIN;
  private volatile String trouble = "";

  NamesKept(Session session, OpenCluster open, ServerAddress server) {
    this.session = session;
    this.catalogues = new Catalogues(open.cluster());
    this.server = server;
  }

  /** Begins to read them when it is time; called now and then. */
  void look(StreamState state, StreamReport report) {
    said.forEach(report::note);
    said.clear();
    boolean busy = running.filter(Thread::isAlive).isPresent();
    boolean due = !session.now().isBefore(again);
    if (busy || !due || state.phase() != StreamState.Phase.STREAMING) {
      return;
    }
    again = session.now().plus(PAUSE);
    running =
        Optional.of(
            Thread.ofVirtual().name("names").start(() -> keep(() -> catalogues.keep(server))));
  }

  private void keep(Runnable what) {
    try {
      what.run();
      trouble = "";
    } catch (Failure e) {
      if (!trouble.equals(e.what())) {
        said.add("the names of relations could not be kept: " + e.what());
      }
      trouble = e.what();
    }
  }

  /** The same beside a backup, once and at once. */
  void now() {
    keep(() -> catalogues.keep(server));
    said.forEach(session.screen()::say);
    said.clear();
  }

  /** Once a backup was taken: names that are certain from its start on. */
  void behindBackup() {
    keep(() -> catalogues.keepBehindBackup(server));
    said.forEach(session.screen()::say);
    said.clear();
  }

  /** Waits a moment for what is under way: it uses the repository, and nothing hangs on it. */
  void end() {
    running.ifPresent(
        thread -> {
          try {
            thread.join(LAST_WORD);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
