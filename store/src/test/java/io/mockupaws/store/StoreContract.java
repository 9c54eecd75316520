package io.mockupaws.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every {@link Store} owes. Each kind of store has a subclass that opens an empty one. */
public abstract class StoreContract
    implements CreationContract, UploadContract, ReadingContract, ListingContract, KeyContract {
  private @Nullable Store store;

  /** Opens an empty store of the kind under test. */
  protected abstract Store open() throws Exception;

  @Override
  public final Store store() {
    return Objects.requireNonNull(store);
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store().close();
  }
}
