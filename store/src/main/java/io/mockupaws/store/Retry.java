package io.mockupaws.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/** Makes calls, and makes them again while their faults may pass. */
final class Retry {
  private final String address;
  private final RetryPolicy policy;
  private final RetryListener listener;
  private final RandomGenerator random;
  private final Pace pace;
  private final CountDownLatch cancelled;

  /** A call that is told whether one before it failed, and so may have had its effect. */
  @FunctionalInterface
  interface Call<T> {
    T make(boolean again);
  }

  Retry(
      String address,
      RetryPolicy policy,
      RetryListener listener,
      RandomGenerator random,
      Pace pace) {
    this(address, policy, listener, random, pace, new CountDownLatch(1));
  }

  private Retry(
      String address,
      RetryPolicy policy,
      RetryListener listener,
      RandomGenerator random,
      Pace pace,
      CountDownLatch cancelled) {
    this.address = address;
    this.policy = policy;
    this.listener = listener;
    this.random = random;
    this.pace = pace;
    this.cancelled = cancelled;
  }

  /** The same with another policy; both end together. */
  Retry with(RetryPolicy other) {
    return new Retry(address, other, listener, random, pace, cancelled);
  }

  <T> T call(Call<T> call) {
    Patience patience = new Patience();
    for (boolean again = false; ; again = true) {
      try {
        return call.make(again);
      } catch (StoreException e) {
        patience.spend(e);
      }
    }
  }

  void run(Runnable call) {
    call(
        _ -> {
          call.run();
          return true;
        });
  }

  Patience patience() {
    return new Patience();
  }

  /** Ends all waiting: the calls that wait, and those that fail from now on, fail for good. */
  void cancel() {
    cancelled.countDown();
  }

  /** What is left of the policy for one call. */
  final class Patience {
    private final long started = pace.nanos();
    private int attempts;

    /** Waits before the next try, or throws the fault when there is to be none. */
    void spend(StoreException fault) {
      attempts++;
      Duration wait = nextWait();
      Duration spent = Duration.ofNanos(pace.nanos() - started);
      if (!fault.transientFault()
          || attempts >= policy.attempts()
          || spent.plus(wait).compareTo(policy.total()) > 0
          || cancelled.getCount() == 0) {
        throw fault;
      }
      listener.waiting(address, fault, attempts, wait);
      try {
        pace.await(cancelled, wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fault.addSuppressed(e);
        throw fault;
      }
      if (cancelled.getCount() == 0) {
        throw fault;
      }
    }

    private Duration nextWait() {
      long longest = policy.longest().toNanos();
      int doublings = Math.min(attempts - 1, 30);
      long first = policy.first().toNanos();
      long bound = first > longest >> doublings ? longest : first << doublings;
      return bound == 0
          ? Duration.ZERO
          : Duration.ofNanos(bound / 2 + random.nextLong(bound - bound / 2 + 1));
    }
  }
}
