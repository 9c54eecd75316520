package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store that can be cut off: then each call fails without effect. */
public final class CutStore {
  private final Store store;
  private volatile boolean cut;

  public CutStore(Store store) {
    this.store = store;
  }

  /** The store as its user sees it. */
  public Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> {
              if (cut && !method.getName().matches("address|partSize|members|close|hashCode")) {
                throw new StoreException(
                    ErrorCode.STORE_UNREACHABLE, "cut off", "try again", true, null);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  public void cutOff() {
    cut = true;
  }

  public void heal() {
    cut = false;
  }
}
