package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Several stores of one repository as one.
 *
 * <ul>
 *   <li>Creating: the first member that is not away decides who wins a key; then the others get the
 *       winner's bytes, all at once. It has succeeded when one member has the object durably; who
 *       missed it counts it ({@link Member#missed()}), and is caught up by whoever compares.
 *   <li>Reading: the first member that has the object. Whether a copy is whole only its reader can
 *       tell: {@link #members()} are the other copies.
 *   <li>Listing: what any member has that is not away.
 *   <li>Deleting: in all that are not away; the others keep their copy.
 * </ul>
 *
 * <p>Members that are not away are asked in the same order by everybody, so a key has one winner
 * among all who reach the same first member. Two writers that reach different ones can both win:
 * bytes that differ are never overwritten, and are found where they meet.
 */
public final class StoreGroup implements Store {
  /** These hold a sealed object's random salt: two objects that were made apart differ in them. */
  private static final int HEAD = 4096;

  private final List<Member> members;
  private final GroupCalls calls;
  private final GroupPolicy policy;
  private final int partSize;

  StoreGroup(List<Member> members, GroupPolicy policy) {
    this.members = List.copyOf(members);
    this.calls = new GroupCalls(members, policy);
    this.policy = policy;
    this.partSize = members.stream().mapToInt(member -> member.store().partSize()).max().orElse(1);
  }

  @Override
  public List<Member> members() {
    return members;
  }

  @Override
  public String address() {
    return members.stream().map(Member::address).collect(Collectors.joining(", "));
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    // A member that is given up reads on.
    byte[] bytes = content.clone();
    GroupCalls.Answer<CreateOutcome> decided =
        calls.first(calls.candidates(), bytes.length, m -> m.store().create(key, bytes));
    if (decided.value() == CreateOutcome.CREATED) {
      List<Member> others = others(decided.member());
      note(key, others, calls.each(here(others), bytes.length, m -> has(m.store(), key, bytes)));
    }
    return decided.value();
  }

  /** Who did not answer has missed it; who has something else under the key is in conflict. */
  static void note(ObjectKey key, List<Member> others, List<GroupCalls.Answer<Boolean>> answers) {
    Set<Member> answered = new HashSet<>();
    for (GroupCalls.Answer<Boolean> answer : answers) {
      answered.add(answer.member());
      if (!answer.value()) {
        answer.member().differsAt(key);
      }
    }
    others.stream().filter(member -> !answered.contains(member)).forEach(Member::miss);
  }

  private static boolean has(Store store, ObjectKey key, byte[] bytes) {
    return store.create(key, bytes) == CreateOutcome.CREATED
        || (store.stat(key).map(ObjectInfo::size).orElse(-1L) == bytes.length
            && Arrays.equals(store.read(key, 0, bytes.length), bytes));
  }

  /** Every member but one, those that are away included. */
  List<Member> others(Member decided) {
    return members.stream().filter(member -> member != decided).toList();
  }

  private static List<Member> here(List<Member> members) {
    return members.stream().filter(member -> member.away().isEmpty()).toList();
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new GroupUpload(this, calls, key);
  }

  /** Whether two copies come from one making. */
  static boolean isSame(Store one, Store other, ObjectKey key) {
    Optional<Long> size = one.stat(key).map(ObjectInfo::size);
    return size.isPresent()
        && size.equals(other.stat(key).map(ObjectInfo::size))
        && Arrays.equals(one.read(key, 0, HEAD), other.read(key, 0, HEAD));
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Ranges.check(offset);
    return new GroupStream(calls, key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    Ranges.check(offset, length);
    return calls.read(member -> member.store().read(key, offset, length));
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    Optional<StoreException> failed = Optional.empty();
    boolean asked = false;
    for (Member member : calls.candidates()) {
      try {
        Optional<ObjectInfo> info = member.store().stat(key);
        if (info.isPresent()) {
          return info;
        }
        asked = true;
      } catch (StoreException e) {
        member.failed(e);
        failed = Optional.of(GroupCalls.joined(failed, e));
      }
    }
    if (!asked) {
      throw failed.orElseThrow();
    }
    return Optional.empty();
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    Ranges.checkLimit(limit);
    return GroupListing.merge(
        calls.all(calls.candidates(), 0, m -> m.store().list(prefix, startAfter, limit)).stream()
            .map(GroupCalls.Answer::value)
            .toList(),
        limit);
  }

  /** Each member lists as it does best; a page of the union would cost a whole pass of each. */
  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    try (GroupWalk walk = new GroupWalk(calls.candidates(), policy, prefix, startAfter)) {
      for (Optional<ObjectInfo> next = walk.next(); next.isPresent(); next = walk.next()) {
        visitor.accept(next.get());
      }
    }
  }

  @Override
  public void delete(ObjectKey key) {
    Set<Member> done =
        calls
            .all(
                calls.candidates(),
                0,
                member -> {
                  member.store().delete(key);
                  return true;
                })
            .stream()
            .map(GroupCalls.Answer::member)
            .collect(Collectors.toSet());
    members.stream().filter(member -> !done.contains(member)).forEach(Member::miss);
  }

  @Override
  public void probe() {
    members.forEach(member -> member.store().probe());
  }

  @Override
  public int removeLeftovers(Instant before) {
    return calls.all(calls.candidates(), 0, m -> m.store().removeLeftovers(before)).stream()
        .mapToInt(GroupCalls.Answer::value)
        .sum();
  }

  /** One store's fault is the others' chance; where all have one, it is waited out. */
  @Override
  public Store patient() {
    return RetryingStore.of(this, RetryPolicy.patient(), RetryListener.silent());
  }

  @Override
  public Optional<Locks> locks() {
    return GroupLocks.of(members, calls);
  }

  @Override
  public int partSize() {
    return partSize;
  }

  @Override
  public void close() {
    members.forEach(Member::close);
  }
}
