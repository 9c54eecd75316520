package io.mockupaws.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract, kept over stores of which every third call breaks. */
final class RetryingFaultyStoreTest {
  private static final int PERCENT = 33;
  private static final RetryPolicy AT_ONCE =
      new RetryPolicy(1000, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));

  private static Store retrying(Store store, long seed) {
    return RetryingStore.of(
        new FaultyStore(store, FaultyStore.random(seed, PERCENT)),
        AT_ONCE,
        RetryListener.silent(),
        new Random(seed));
  }

  @Nested
  final class OverMemory extends StoreContract {
    @Override
    protected Store open() {
      return retrying(Stores.inMemory(4096), 20260407);
    }

    @Override
    public boolean leavesLeftovers() {
      return false;
    }
  }

  @Nested
  final class OverDirectory extends StoreContract {
    @TempDir private Path folder;

    @Override
    public void fill(List<String> names) {
      DirectoryStoreTest.fill(folder, names);
    }

    @Override
    protected Store open() {
      return retrying(new DirectoryStore(folder, InstantSource.system(), new Random(1)), 20260408);
    }
  }
}
