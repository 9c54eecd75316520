package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One upload to several stores: each part is read once and goes to all at the same time. */
final class GroupUpload implements Upload {
  /** As patient as a completion is awaited: a server joins thousands of parts for minutes. */
  private static final long COMPLETION = 600L << 20;

  private final StoreGroup group;
  private final GroupCalls calls;
  private final ObjectKey key;
  private final PartCheck check;
  private final List<GroupLane> lanes = new ArrayList<>();

  GroupUpload(StoreGroup group, GroupCalls calls, ObjectKey key) {
    this.group = group;
    this.calls = calls;
    this.key = key;
    this.check = new PartCheck(group.partSize());
    calls
        .all(calls.candidates(), 0, m -> new GroupLane(m, m.store().upload(key), group.partSize()))
        .forEach(answer -> lanes.add(answer.value()));
  }

  private List<Member> members() {
    return lanes.stream().map(GroupLane::member).toList();
  }

  private GroupLane lane(Member member) {
    return lanes.stream().filter(lane -> lane.member() == member).findFirst().orElseThrow();
  }

  @Override
  public void part(ByteBuffer bytes) {
    check.part(bytes.remaining());
    // A store that is given up reads on; the caller's buffer is its own again.
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    List<Member> asked = members();
    Set<Member> done = new HashSet<>();
    calls
        .all(asked, copy.length, member -> lane(member).add(copy))
        .forEach(answer -> done.add(answer.member()));
    for (Member member : asked) {
      if (!done.contains(member)) {
        drop(lane(member));
      }
    }
    check.stored(copy.length);
  }

  /** What it has begun there is removed once its call under way has ended. */
  private void drop(GroupLane lane) {
    lanes.remove(lane);
    Member.Call<Boolean> _ = lane.member().begin(lane::abandon);
  }

  @Override
  public CreateOutcome commit() {
    check.commit();
    GroupCalls.Answer<CreateOutcome> decided =
        calls.first(members(), COMPLETION, member -> lane(member).commit());
    check.end();
    if (decided.value() == CreateOutcome.CREATED) {
      List<Member> here =
          members().stream().filter(m -> m != decided.member() && m.away().isEmpty()).toList();
      Store winner = decided.member().store();
      StoreGroup.note(
          key, group.others(decided.member()), calls.each(here, COMPLETION, m -> has(m, winner)));
    }
    return decided.value();
  }

  private boolean has(Member member, Store winner) {
    return lane(member).commit() == CreateOutcome.CREATED
        || StoreGroup.isSame(winner, member.store(), key);
  }

  @Override
  public void close() {
    check.end();
    if (!lanes.isEmpty()) {
      try {
        calls.all(members(), 0, member -> lane(member).abandon());
      } catch (StoreException e) {
        // Nothing of it is visible; what takes space goes with the next removal of leftovers.
      }
    }
  }
}
