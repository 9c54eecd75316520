package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that can be cut off: then each call fails without effect. */
public final class CutStore {
  private final Store store;
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
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
              if (cut
                  && !method.getName().matches("address|partSize|members|locks|close|hashCode")) {
                throw new StoreException(
                    ErrorCode.STORE_UNREACHABLE, "cut off", "try again", true, null);
              }
              if (method.getName().matches("create|upload|delete") && left.getAndDecrement() <= 0) {
                cutOff();
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

  /** Cuts it off at the write behind so many. */
  public void cutOffAfterWrites(int writes) {
    left.set(writes);
  }

  public void cutOff() {
    cut = true;
  }

  public void heal() {
    left.set(Integer.MAX_VALUE);
    cut = false;
  }
}
