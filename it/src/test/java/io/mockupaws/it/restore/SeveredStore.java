package io.mockupaws.it.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Upload;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store that nothing reaches any more from a moment on, or that takes no writes for a while. */
final class SeveredStore {
  private final Store store;
  private volatile boolean severed;
  private volatile boolean readOnly;

  SeveredStore(Store inner) {
    this.store = between(Store.class, inner);
  }

  Store store() {
    return store;
  }

  void sever() {
    severed = true;
  }

  /** Whether every write is denied. */
  void readOnly(boolean now) {
    readOnly = now;
  }

  private <T> T between(Class<T> type, T inner) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (severed && !method.getName().matches("close|members|locks")) {
                throw new StoreException(
                    ErrorCode.STORE_UNREACHABLE, "the host is gone", "none", false, null);
              }
              if (readOnly && method.getName().matches("create|upload|delete")) {
                throw new StoreException(ErrorCode.STORE_DENIED, "read-only", "none", false, null);
              }
              try {
                Object result = method.invoke(inner, arguments);
                return result instanceof Upload upload ? between(Upload.class, upload) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
