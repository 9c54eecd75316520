package io.mockupaws.store;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryStoreTest extends StoreContract {
  @TempDir private Path folder;

  @Override
  protected Store open() {
    return new DirectoryStore(folder, InstantSource.system(), new Random(1));
  }
}
