package io.mockupaws.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** What every store owes, kept by two and three stores as one. */
final class StoreGroupContractTest {
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofSeconds(1));

  @Nested
  final class OfTwo extends StoreContract {
    @Override
    protected Store open() {
      return Stores.group(List.of(Stores.inMemory(4096), Stores.inMemory(4096)), POLICY);
    }

    @Override
    public boolean leavesLeftovers() {
      return false;
    }
  }

  /** With parts of different sizes, one of them a directory. */
  @Nested
  final class OfThree extends StoreContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
      Store directory = new DirectoryStore(folder, InstantSource.system(), new Random(1));
      return Stores.group(List.of(Stores.inMemory(1000), directory, Stores.inMemory(64)), POLICY);
    }

    @Override
    public int raceRounds() {
      return 5;
    }
  }

  /** One of them never answers: the other one keeps every promise. */
  @Nested
  final class OfTwoWithOneAway extends StoreContract {
    @Override
    protected Store open() {
      FaultyStore away = new FaultyStore(Stores.inMemory(4096), FaultyStore.none());
      away.cutOff();
      return Stores.group(List.of(away, Stores.inMemory(4096)), POLICY);
    }

    @Override
    public boolean leavesLeftovers() {
      return false;
    }
  }
}
