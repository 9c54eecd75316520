package io.mockupaws.store;

final class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open() {
    return Stores.inMemory(4096);
  }

  @Override
  public boolean leavesLeftovers() {
    return false;
  }
}
