package io.mockupaws.store;

/** A store behind a limit is a store. */
final class ThrottledStoreTest extends StoreContract {
  @Override
  protected Store open() {
    return new ThrottledStore(Stores.inMemory(4096), Throttle.of(1L << 40), _ -> true);
  }

  @Override
  public boolean leavesLeftovers() {
    return false;
  }
}
