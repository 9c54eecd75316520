package io.mockupaws.it.restore;

import io.mockupaws.store.Store;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store that notes which bytes of packs are read, and by how many requests. */
final class CountedPacks {
  /** Of each pack; who reads a frame alone reads it for its salt. */
  private static final long HEADER = 64;

  private final Store inner;
  private final Map<String, List<Stretch>> read = new TreeMap<>();

  private static final class Stretch {
    private final long from;
    private long to;

    Stretch(long from) {
      this.from = from;
      this.to = from;
    }
  }

  CountedPacks(Store inner) {
    this.inner = inner;
  }

  Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> call(method, arguments));
  }

  synchronized void forget() {
    read.clear();
  }

  /** How many packs were read, by how many requests, and how much. */
  record Reads(int packs, int requests, long bytes) {
    long bytesARequest() {
      return bytes / requests;
    }
  }

  /** Of everything but headers. */
  synchronized Reads reads() {
    List<Stretch> behind =
        read.values().stream()
            .flatMap(List::stream)
            .filter(stretch -> stretch.to > HEADER)
            .toList();
    return new Reads(read.size(), behind.size(), readBytes());
  }

  synchronized long readBytes() {
    return read.values().stream()
        .flatMap(List::stream)
        .mapToLong(stretch -> stretch.to - stretch.from)
        .sum();
  }

  /** Where bytes behind the header were read more than once. */
  synchronized List<String> readAgain() {
    List<String> again = new ArrayList<>();
    read.forEach(
        (key, stretches) -> {
          List<Stretch> behind =
              stretches.stream()
                  .filter(stretch -> stretch.to > HEADER)
                  .sorted((one, other) -> Long.compare(one.from, other.from))
                  .toList();
          long end = HEADER;
          for (Stretch stretch : behind) {
            if (Math.max(stretch.from, HEADER) < end) {
              again.add(key + " from " + stretch.from + " to " + Math.min(end, stretch.to));
            }
            end = Math.max(end, stretch.to);
          }
        });
    return again;
  }

  private synchronized Stretch begin(String key, long from) {
    Stretch stretch = new Stretch(from);
    read.computeIfAbsent(key, _ -> new ArrayList<>()).add(stretch);
    return stretch;
  }

  private synchronized void grow(Stretch stretch, long bytes) {
    stretch.to += bytes;
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    Object answer;
    try {
      answer = method.invoke(inner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (!method.getName().equals("read") || !arguments[0].toString().contains("/packs/")) {
      return answer;
    }
    Stretch stretch = begin(arguments[0].toString(), (Long) arguments[1]);
    if (answer instanceof byte[] bytes) {
      grow(stretch, bytes.length);
      return bytes;
    }
    return new Counted((InputStream) answer, stretch);
  }

  private final class Counted extends FilterInputStream {
    private final Stretch stretch;

    Counted(InputStream in, Stretch stretch) {
      super(in);
      this.stretch = stretch;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      grow(stretch, one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
      int count = super.read(target, at, length);
      grow(stretch, Math.max(0, count));
      return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long count = super.skip(bytes);
      grow(stretch, count);
      return count;
    }
  }
}
