package io.mockupaws.engine.retention;

import java.util.ArrayList;
import java.util.List;

/** What became of moves to colder classes of storage; counted by many threads. */
public final class Moved {
  private final List<String> failed = new ArrayList<>();
  private long objects;

  /** Nothing done yet. */
  public Moved() {}

  synchronized void one() {
    objects++;
  }

  synchronized void failed(String what) {
    failed.add(what);
  }

  /** Objects that lie where they should. */
  public synchronized long objects() {
    return objects;
  }

  /** What was in the way, in words. */
  public synchronized List<String> failed() {
    return List.copyOf(failed);
  }
}
