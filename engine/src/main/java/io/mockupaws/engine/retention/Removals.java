package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ObjectInfo;
import java.util.ArrayList;
import java.util.List;

/** Joins what goes to neighbours with one reason, as a listing passes by. */
final class Removals {
  private final List<Removal> done = new ArrayList<>();
  private boolean joining;

  /** An object that goes. */
  void goes(Removal.Kind kind, ObjectInfo object, String reason) {
    Removal one = new Removal(kind, object.key(), object.key(), 1, object.size(), reason);
    boolean joins =
        joining
            && done.getLast().kind() == kind
            && done.getLast().reason().equals(reason)
            && folder(done.getLast().last()).equals(folder(object.key()));
    done.add(joins ? joined(done.removeLast(), one) : one);
    joining = true;
  }

  /** An object that stays: no run of neighbours goes over it. */
  void stays() {
    joining = false;
  }

  private static Removal joined(Removal before, Removal one) {
    return new Removal(
        before.kind(),
        before.first(),
        one.last(),
        before.objects() + one.objects(),
        before.bytes() + one.bytes(),
        before.reason());
  }

  private static String folder(ObjectKey key) {
    return key.value().substring(0, key.value().lastIndexOf('/'));
  }

  List<Removal> all() {
    return List.copyOf(done);
  }
}
