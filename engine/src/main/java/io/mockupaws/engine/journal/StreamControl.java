package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What the threads of one stream share beside the WAL: whether to go on, and what went wrong. */
final class StreamControl {
  private final Line line;
  private volatile boolean compared;
  private volatile boolean forking;
  private final AtomicReference<Runnable> beforeOpening = new AtomicReference<>(() -> {});
  private volatile boolean closing;
  private volatile boolean stopping;
  private volatile boolean compareLess;
  private volatile Optional<Failure> fatal = Optional.empty();
  private volatile Optional<Failure> lastError = Optional.empty();
  private volatile Optional<Failure> serverError = Optional.empty();
  private volatile Optional<String> unsummarised = Optional.empty();
  private volatile boolean synchronous;
  private volatile boolean jumpWanted;
  private final AtomicLong stores = new AtomicLong();

  StreamControl(Line line) {
    this.line = line;
  }

  /** Ends every thread: what happened cannot pass. The first word counts. */
  synchronized void fail(Failure failure) {
    if (fatal.isEmpty()) {
      fatal = Optional.of(failure);
    }
    line.wake();
  }

  /** No more is to be received; what was is still to be stored. */
  void close() {
    closing = true;
    line.wake();
  }

  /** Waits for a while, or until receiving is to end. */
  void pause(long nanos) {
    line.await(this::isClosing, nanos);
  }

  /** Whether receiving is to end. */
  boolean isClosing() {
    return closing || isOver();
  }

  /** Everything is to end once what was received is stored. */
  void stop() {
    closing = true;
    stopping = true;
    line.wake();
  }

  /** The server lacks the segment before ours: it can only be compared with ours. */
  void compareLess(boolean less) {
    compareLess = less;
  }

  boolean isCompareLess() {
    return compareLess;
  }

  boolean isStopping() {
    return stopping;
  }

  boolean isOver() {
    return stopping || fatal.isPresent();
  }

  Optional<Failure> fatal() {
    return fatal;
  }

  /**
   * Writing to the repository waits for {@link #open}: the server has gone over to another
   * timeline, and is to show first that it comes from ours.
   */
  void shut() {
    compared = false;
    forking = true;
  }

  /**
   * What is to be written before anything else once a server was compared.
   *
   * @param histories the history files of the timelines that may follow
   */
  void beforeOpening(Runnable histories) {
    beforeOpening.set(histories);
  }

  /**
   * Writing to the repository may begin: the server has been compared. What is to be written first
   * is, also where writing had begun already.
   *
   * @throws Failure of the store: then it is tried again at the next call
   */
  void open() {
    Runnable first = beforeOpening.get();
    first.run();
    beforeOpening.compareAndSet(first, () -> {});
    if (!compared) {
      forking = false;
      compared = true;
      line.wake();
    }
  }

  /** Writing may begin without a server: what an earlier process left is brought home. */
  void openAlone() {
    if (!forking) {
      compared = true;
      line.wake();
    }
  }

  boolean isOpen() {
    return compared;
  }

  void error(Failure failure) {
    lastError = Optional.of(failure);
  }

  /** A connection failed: over once another one streams, whether or not something is written. */
  void serverError(Failure failure) {
    serverError = Optional.of(failure);
  }

  /** Something became durable in the repository. */
  void recovered() {
    stores.incrementAndGet();
    lastError = Optional.empty();
    serverError = Optional.empty();
  }

  /** How often something did. */
  long stores() {
    return stores.get();
  }

  /**
   * What keeps the stream from going on.
   *
   * @param streams whether WAL streams from a server that was compared
   */
  Optional<Failure> lastError(boolean streams) {
    return streams ? lastError : lastError.or(() -> serverError);
  }

  /** The summary of a finished segment is not there. The first reason is kept. */
  synchronized void unsummarised(String why) {
    if (unsummarised.isEmpty()) {
      unsummarised = Optional.of(why);
    }
  }

  Optional<String> unsummarised() {
    return unsummarised;
  }

  /**
   * Whether the next connection is to go on where the server is then, because WAL is shed. What
   * waits for the spool is dropped meanwhile.
   */
  boolean isJumpWanted() {
    return jumpWanted;
  }

  void wantJump(boolean now) {
    jumpWanted = now;
    line.wake();
  }

  boolean isSynchronous() {
    return synchronous;
  }

  void synchronous(boolean now) {
    synchronous = now;
  }
}
