package io.mockupaws.engine.notice;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells people. Each channel is tried for itself, and again where it fails, beside whatever work is
 * being done: nothing waits for a notice that {@link #send} takes.
 */
public final class Notices implements AutoCloseable {
  /** Between tries; after the last one the notice is given up, and that is told. */
  private static final List<Duration> USUAL =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30));

  /** Nobody waits longer to be able to say that people were told. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** A storm of notices must not fill the memory: what is beyond is given up. */
  private static final int MOST = 200;

  private final List<Channel> channels;
  private final List<Duration> pauses;
  private final Consumer<Failure> lost;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room = new Semaphore(MOST);
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * With the usual pauses.
   *
   * @param lost hears of each notice that was given up on a channel
   */
  public Notices(List<Channel> channels, Consumer<Failure> lost) {
    this(channels, USUAL, lost);
  }

  Notices(List<Channel> channels, List<Duration> pauses, Consumer<Failure> lost) {
    this.channels = List.copyOf(channels);
    this.pauses = List.copyOf(pauses);
    this.lost = lost;
  }

  public List<Channel> channels() {
    return channels;
  }

  /** Takes a notice and returns at once. */
  public void send(Notice notice) {
    for (Channel channel : channels) {
      if (room.tryAcquire()) {
        threads.execute(
            () -> {
              try {
                deliver(channel, notice);
              } finally {
                room.release();
              }
            });
      }
    }
  }

  private void deliver(Channel channel, Notice notice) {
    for (int tries = 0; ; tries++) {
      try {
        channel.deliver(notice);
        return;
      } catch (Failure e) {
        if (tries == pauses.size() || stopped(pauses.get(tries))) {
          lost.accept(e);
          return;
        }
      }
    }
  }

  private boolean stopped(Duration pause) {
    try {
      return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * Tries each channel once, all at the same time, and waits for that: for who must say whether
   * people were told, before a restore for example.
   *
   * @return for each channel that did not take it, why
   */
  public static List<Failure> tell(List<Channel> channels, Notice notice) {
    List<Callable<List<Failure>>> tries = new ArrayList<>();
    channels.forEach(channel -> tries.add(() -> attempt(channel, notice)));
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Failure> failures = new ArrayList<>();
      List<Future<List<Failure>>> done =
          threads.invokeAll(tries, LONGEST.toSeconds(), TimeUnit.SECONDS);
      for (int i = 0; i < done.size(); i++) {
        if (done.get(i).state() == Future.State.SUCCESS) {
          failures.addAll(done.get(i).resultNow());
        } else {
          failures.add(slow(channels.get(i)));
        }
      }
      return failures;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return channels.stream().map(Notices::slow).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static Failure slow(Channel channel) {
    return new Failure(
        ErrorCode.NOTICE_FAILED,
        "a notice was not delivered by " + channel.name() + ": it takes too long",
        "see that the address is right and can be reached from this host");
  }

  private static List<Failure> attempt(Channel channel, Notice notice) {
    try {
      channel.deliver(notice);
      return List.of();
    } catch (Failure e) {
      return List.of(e);
    }
  }

  /** Tries what waits no more, and waits a moment for what is on its way. */
  @Override
  public void close() {
    stop.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
