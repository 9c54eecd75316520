package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/** Collects findings, from many threads. */
final class Findings {
  private final List<Finding> found = new ArrayList<>();

  synchronized void add(Finding.Kind kind, String object, String what) {
    found.add(new Finding(kind, object, what));
  }

  /**
   * Notes what a failure tells about an object.
   *
   * @throws Failure the same when it tells of something else: a store that is away, for example
   */
  void add(ObjectKey object, Failure failure) {
    add(kindOf(failure), object.value(), failure.what());
  }

  static Finding.Kind kindOf(Failure failure) {
    return switch (failure.code()) {
      case OBJECT_MISSING -> Finding.Kind.MISSING;
      case DAMAGED_OBJECT, UNKNOWN_FORMAT -> Finding.Kind.DAMAGED;
      case WAL_DAMAGED, CONTROL_FILE, WAL_HOLE -> Finding.Kind.CONTENT;
      default -> throw failure;
    };
  }

  synchronized List<Finding> all() {
    return List.copyOf(found);
  }
}
