package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A store that can be made to refuse writes, and that looks at every removal of a tail's piece. */
final class WatchedStore {
  private final Store inner;
  private final Store store;
  private final List<String> uncovered = new CopyOnWriteArrayList<>();
  private final AtomicInteger removed = new AtomicInteger();
  private volatile boolean failing;
  private volatile CountDownLatch hanging = new CountDownLatch(0);
  private volatile boolean leasesHang;
  private volatile Predicate<String> refused = key -> false;
  private volatile Duration holeDelay = Duration.ZERO;

  WatchedStore(Store inner) {
    this.inner = inner;
    this.store =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, this::call);
  }

  Store store() {
    return store;
  }

  void delayHoles(Duration time) {
    holeDelay = time;
  }

  void fail(boolean now) {
    failing = now;
  }

  /** Whatever is asked waits for that; leases pass. */
  void hang(CountDownLatch until) {
    hanging = until;
    leasesHang = false;
  }

  /** They do not pass either. */
  void hangLeases() {
    leasesHang = true;
  }

  /** Refuses to write objects with such keys. */
  void refuse(Predicate<String> keys) {
    refused = keys;
  }

  /** Pieces that were removed while neither the segment nor other pieces had their bytes. */
  List<String> uncovered() {
    return uncovered;
  }

  int removedPieces() {
    return removed.get();
  }

  private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (arguments != null && (leasesHang || !arguments[0].toString().contains("/lease/"))) {
      hanging.await();
    }
    boolean writes = name.equals("create") || name.equals("upload");
    boolean away = failing && writes && !arguments[0].toString().contains("/lease/");
    if (away || (writes && refused.test(arguments[0].toString()))) {
      throw new StoreException(ErrorCode.STORE_UNREACHABLE, "away", "wait", true, null);
    }
    if (writes && arguments[0].toString().contains("/holes/")) {
      LockSupport.parkNanos(holeDelay.toNanos());
    }
    if (name.equals("delete")) {
      look((ObjectKey) arguments[0]);
    }
    try {
      return method.invoke(inner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void look(ObjectKey key) {
    String[] parts = key.value().split("/", -1);
    Optional<Piece> piece = Piece.parse(key.fileName());
    if (parts.length < 5 || !parts[2].equals("tail") || piece.isEmpty()) {
      return;
    }
    removed.incrementAndGet();
    String prefix = parts[0] + "/" + parts[1] + "/";
    ObjectKey whole = ObjectKey.of(prefix + "wal/" + parts[3].substring(0, 8) + "/" + parts[3]);
    if (inner.stat(whole).isPresent()) {
      return;
    }
    List<Piece> others = new ArrayList<>();
    for (ObjectInfo object : inner.list(prefix + "tail/" + parts[3] + "/", "", 1000).objects()) {
      if (!object.key().equals(key)) {
        Piece.parse(object.key().fileName()).ifPresent(others::add);
      }
    }
    if (TailChain.choose(others).end() < piece.get().to()) {
      uncovered.add(key.value());
    }
  }
}
