package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What was received and has not passed the intake: bounded, so that a slow disk stops the receiving
 * of WAL but not the answering of the server. A thread of its own feeds the intake; a full disk is
 * tried again until there is room.
 */
final class ReceiveBuffer implements Runnable {
  static final int CAPACITY = 16 * 1024 * 1024;

  private static final Duration DISK_PAUSE = Duration.ofMillis(500);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Intake intake;
  private final Line line;
  private final StreamControl control;
  private final long spoolLimit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<WalFeed.Data> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean busy;
  private Optional<Failure> failure = Optional.empty();

  ReceiveBuffer(Intake intake, Line line, StreamControl control, long spoolLimit) {
    this.intake = intake;
    this.line = line;
    this.control = control;
    this.spoolLimit = spoolLimit;
  }

  /** Whether more may be received. */
  boolean hasRoom() {
    return locked(() -> bytes < CAPACITY && failure.isEmpty());
  }

  void add(WalFeed.Data data) {
    locked(
        () -> {
          waiting.addLast(data);
          bytes += data.length();
          return true;
        });
  }

  /**
   * A failure of the intake, once.
   *
   * <p>What was received behind it is dropped: the next connection sends it again.
   */
  Optional<Failure> takeFailure() {
    return locked(
        () -> {
          Optional<Failure> found = failure;
          if (found.isPresent()) {
            waiting.clear();
            bytes = 0;
            failure = Optional.empty();
          }
          return found;
        });
  }

  /** Waits until everything received has passed the intake, or it failed. */
  void drain() {
    await(() -> (!busy && waiting.isEmpty()) || failure.isPresent() || control.fatal().isPresent());
  }

  @Override
  public void run() {
    while (true) {
      Optional<WalFeed.Data> next = next();
      if (next.isEmpty()) {
        return;
      }
      Optional<Failure> failed = attempt(next.get());
      locked(
          () -> {
            failure = failure.or(() -> failed);
            busy = false;
            bytes = Math.max(0, bytes - next.get().length());
            return true;
          });
    }
  }

  private Optional<Failure> attempt(WalFeed.Data data) {
    try {
      pass(data);
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return Optional.of(Uploads.unexpected(e));
    }
  }

  private Optional<WalFeed.Data> next() {
    await(
        () ->
            (!waiting.isEmpty() && failure.isEmpty())
                || control.isOver()
                || (failure.isPresent() && control.isClosing()));
    return locked(
        () -> {
          if (waiting.isEmpty() || failure.isPresent()) {
            return Optional.<WalFeed.Data>empty();
          }
          busy = true;
          return Optional.of(waiting.removeFirst());
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      T result = action.get();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Looked at again now and then: what the control says does not wake anybody here. */
  private void await(BooleanSupplier condition) {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        changed.awaitNanos(LOOK_AGAIN.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Once WAL is shed, what waits for room would only keep others from being received. */
  private void demandRoom() {
    if (control.isJumpWanted()) {
      throw new Failure(
          ErrorCode.DISK_FULL,
          "the spool has no room for WAL that the repository does not take",
          "Make room in the spool, or mend the way to the repository.");
    }
  }

  private void pass(WalFeed.Data data) {
    ByteBuffer buffer = data.bytes().duplicate();
    waitForSpool();
    demandRoom();
    while (control.fatal().isEmpty()) {
      try {
        intake.take(data.start().plus(buffer.position()), buffer);
        if (intake.isCompared()) {
          control.open();
        }
        return;
      } catch (Failure e) {
        if (e.code() != ErrorCode.DISK_FULL) {
          throw e;
        }
        control.error(e);
        demandRoom();
        line.await(() -> control.isOver() || control.isJumpWanted(), DISK_PAUSE.toNanos());
      }
    }
  }

  /** A repository that is away must not fill this host's disk without a limit. */
  private void waitForSpool() {
    line.await(
        () -> line.spooledBytes() < spoolLimit || control.isOver() || control.isJumpWanted());
  }
}
