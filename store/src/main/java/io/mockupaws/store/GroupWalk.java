package io.mockupaws.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The union of what several stores list, in order. One that fails under way is left out. */
final class GroupWalk implements AutoCloseable {
  private final GroupPolicy policy;
  private final List<Lane> lanes = new ArrayList<>();
  private Optional<StoreException> failed = Optional.empty();

  /** One store's part. */
  private record Lane(Member member, StoreWalk walk) {}

  GroupWalk(List<Member> members, GroupPolicy policy, String prefix, String startAfter) {
    this.policy = policy;
    members.forEach(m -> lanes.add(new Lane(m, new StoreWalk(m.store(), prefix, startAfter))));
  }

  /** The next object; empty at the end. */
  Optional<ObjectInfo> next() {
    Optional<ObjectInfo> least = Optional.empty();
    for (Lane lane : List.copyOf(lanes)) {
      Optional<ObjectInfo> head = head(lane);
      if (head.isPresent() && (least.isEmpty() || isBefore(head.get(), least.get()))) {
        least = head;
      }
    }
    if (least.isPresent()) {
      String key = least.get().key().value();
      for (Lane lane : lanes) {
        if (lane.walk().peek().filter(head -> head.key().value().equals(key)).isPresent()) {
          lane.walk().take();
        }
      }
    }
    return least;
  }

  private static boolean isBefore(ObjectInfo one, ObjectInfo other) {
    return one.key().value().compareTo(other.key().value()) < 0;
  }

  private Optional<ObjectInfo> head(Lane lane) {
    try {
      return lane.walk().peek(lanes.size() == 1 ? GroupCalls.FOREVER : policy.patience(0));
    } catch (StoreException e) {
      if (!Member.isOfStore(e)) {
        throw e;
      }
      lane.member().failed(e);
      lane.walk().close();
      lanes.remove(lane);
      failed = Optional.of(GroupCalls.joined(failed, e));
      if (lanes.isEmpty()) {
        throw failed.get();
      }
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    lanes.forEach(lane -> lane.walk().close());
  }
}
