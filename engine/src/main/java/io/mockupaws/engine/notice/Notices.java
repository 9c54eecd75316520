package io.mockupaws.engine.notice;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  /** A storm of notices must not fill the memory: what is beyond, on a channel, is given up. */
  static final int MOST = 200;

  private final List<Channel> channels;
  private final List<Duration> pauses;
  private final Consumer<Failure> lost;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Outlet> outlets;
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
    this.outlets = this.channels.stream().map(Outlet::new).toList();
  }

  public List<Channel> channels() {
    return channels;
  }

  /** Takes a notice and returns at once. */
  public void send(Notice notice) {
    outlets.forEach(outlet -> outlet.take(notice));
  }

  /**
   * A channel and what waits for it. Of one thing, one notice after the other: a recovery that
   * overtakes its failure would leave an incident open that is over. Different things do not wait
   * for each other.
   */
  private final class Outlet {
    private final Channel channel;
    private final Map<String, Deque<Notice>> waiting = new HashMap<>();
    private int count;

    private Outlet(Channel channel) {
      this.channel = channel;
    }

    private void take(Notice notice) {
      boolean first = false;
      synchronized (this) {
        if (count < MOST) {
          count++;
          Deque<Notice> before = waiting.get(notice.about());
          if (before != null) {
            before.add(notice);
            return;
          }
          waiting.put(notice.about(), new ArrayDeque<>(List.of(notice)));
          first = true;
        }
      }
      if (first) {
        threads.execute(() -> deliverAll(notice));
      } else {
        lost.accept(failed(channel, "more than " + MOST + " wait"));
      }
    }

    private void deliverAll(Notice first) {
      Optional<Notice> next = Optional.of(first);
      while (next.isPresent()) {
        Notice notice = next.get();
        try {
          deliver(channel, notice);
        } catch (RuntimeException e) {
          // what waits behind it must not wait for ever
          lost.accept(failed(channel, "an unexpected " + e.getClass().getSimpleName()));
        } finally {
          next = after(notice);
        }
      }
    }

    private synchronized Optional<Notice> after(Notice done) {
      count--;
      Deque<Notice> line = Objects.requireNonNull(waiting.get(done.about()));
      line.remove();
      if (line.isEmpty()) {
        waiting.remove(done.about());
        return Optional.empty();
      }
      return Optional.of(line.element());
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
    return failed(channel, "it takes too long");
  }

  private static Failure failed(Channel channel, String why) {
    return new Failure(
        ErrorCode.NOTICE_FAILED,
        "a notice was not delivered by " + channel.name() + ": " + why,
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
