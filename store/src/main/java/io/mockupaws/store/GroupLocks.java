package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The locks of those of several stores that have some, each for itself. */
final class GroupLocks implements Locks {
  private final GroupCalls calls;
  private final List<Member> locking;

  private GroupLocks(GroupCalls calls, List<Member> locking) {
    this.calls = calls;
    this.locking = locking;
  }

  /** Empty where none of them locks. */
  static Optional<Locks> of(List<Member> members, GroupCalls calls) {
    List<Member> locking =
        members.stream().filter(member -> member.store().locks().isPresent()).toList();
    return locking.isEmpty() ? Optional.empty() : Optional.of(new GroupLocks(calls, locking));
  }

  private static Locks of(Member member) {
    return member.store().locks().orElseThrow();
  }

  private List<Member> here() {
    return locking.stream().filter(member -> member.away().isEmpty()).toList();
  }

  private <T> List<T> each(Function<Locks, T> work) {
    return here().stream().map(member -> member.ask(_ -> work.apply(of(member)))).toList();
  }

  @Override
  public Instant until(Instant made) {
    return locking.stream()
        .map(member -> of(member).until(made))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  @Override
  public Optional<Instant> lockedUntil(ObjectKey key) {
    return each(locks -> locks.lockedUntil(key)).stream()
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  @Override
  public Optional<Instant> lockedUnasked(ObjectKey key) {
    return each(locks -> locks.lockedUnasked(key)).stream()
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  @Override
  public boolean isLockedAsIfMadeIn(Duration ahead, ObjectKey key) {
    return each(locks -> locks.isLockedAsIfMadeIn(ahead, key)).stream().allMatch(locked -> locked);
  }

  /** Who is away, or fails while another one does it, has missed it. */
  @Override
  public void extendAsIfMadeIn(Duration ahead, ObjectKey key) {
    Set<Member> done =
        calls
            .all(
                here(),
                0,
                member -> {
                  of(member).extendAsIfMadeIn(ahead, key);
                  return true;
                })
            .stream()
            .map(GroupCalls.Answer::member)
            .collect(Collectors.toSet());
    locking.stream().filter(member -> !done.contains(member)).forEach(Member::miss);
  }

  @Override
  public void prove() {
    locking.forEach(member -> of(member).prove());
  }
}
