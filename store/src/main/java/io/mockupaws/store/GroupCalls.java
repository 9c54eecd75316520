package io.mockupaws.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How a call goes to several stores: to one after another, or to all at once. */
final class GroupCalls {
  /** A call that no other store has done meanwhile may take as long as it takes. */
  static final Duration FOREVER = Duration.ofDays(1);

  private final List<Member> members;
  private final GroupPolicy policy;

  GroupCalls(List<Member> members, GroupPolicy policy) {
    this.members = List.copyOf(members);
    this.policy = policy;
  }

  /** What one member answered. */
  record Answer<T>(Member member, T value) {}

  /** Those that are not away; all when none is here. */
  List<Member> candidates() {
    List<Member> here = members.stream().filter(member -> member.away().isEmpty()).toList();
    return here.isEmpty() ? members : here;
  }

  List<Member> away() {
    return members.stream().filter(member -> member.away().isPresent()).toList();
  }

  /** The first of these that does it; what says nothing of the store is thrown at once. */
  <T> Answer<T> first(List<Member> asked, long bytes, Function<Member, T> work) {
    Optional<StoreException> failed = Optional.empty();
    for (int i = 0; i < asked.size(); i++) {
      Member member = asked.get(i);
      boolean last = i == asked.size() - 1;
      try {
        Member.Call<T> call = member.begin(() -> work.apply(member));
        return new Answer<>(member, call.await(last ? FOREVER : policy.patience(bytes)));
      } catch (StoreException e) {
        if (!Member.isOfStore(e)) {
          throw e;
        }
        failed = Optional.of(joined(failed, e));
      }
    }
    throw failed.orElseThrow();
  }

  /** All of these at once; who fails is left out, and it fails when all do. */
  <T> List<Answer<T>> all(List<Member> asked, long bytes, Function<Member, T> work) {
    List<StoreException> failures = new ArrayList<>();
    List<Answer<T>> done = each(asked, bytes, work, failures, true);
    if (done.isEmpty() && !failures.isEmpty()) {
      failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
      throw failures.getFirst();
    }
    return done;
  }

  /** All of these at once: what somebody else has done already. Who fails is left out. */
  <T> List<Answer<T>> each(List<Member> asked, long bytes, Function<Member, T> work) {
    return each(asked, bytes, work, new ArrayList<>(), false);
  }

  private <T> List<Answer<T>> each(
      List<Member> asked,
      long bytes,
      Function<Member, T> work,
      List<StoreException> failures,
      boolean oneMust) {
    List<Answer<Member.Call<T>>> begun = new ArrayList<>();
    for (Member member : asked) {
      begun.add(new Answer<>(member, member.begin(() -> work.apply(member))));
    }
    List<Answer<T>> done = new ArrayList<>();
    for (Answer<Member.Call<T>> call : begun) {
      boolean lastHope = oneMust && done.isEmpty() && call.equals(begun.getLast());
      Duration patience = lastHope ? FOREVER : policy.patience(bytes);
      try {
        done.add(new Answer<>(call.member(), call.value().await(patience)));
      } catch (StoreException e) {
        failures.add(e);
      }
    }
    return done;
  }

  /**
   * What one member after another is asked for, until one has it. Where none does: a store that
   * could not be asked may have it; else a copy that is frozen can be had; else it is missing.
   */
  <T> T read(Function<Member, T> work) {
    Optional<StoreException> missing = Optional.empty();
    Optional<StoreException> frozen = Optional.empty();
    Optional<StoreException> failed = Optional.empty();
    for (Member member : candidates()) {
      try {
        return work.apply(member);
      } catch (StoreException e) {
        switch (e.code()) {
          case OBJECT_MISSING -> missing = missing.or(() -> Optional.of(e));
          case OBJECT_FROZEN -> frozen = frozen.or(() -> Optional.of(e));
          default -> {
            if (Member.isOfStore(e)) {
              member.failed(e);
            }
            failed = Optional.of(joined(failed, e));
          }
        }
      }
    }
    if (frozen.isPresent()) {
      throw failed.orElse(frozen.get());
    }
    if (missing.isPresent()) {
      List<Member> away = away();
      throw away.isEmpty() ? missing.get() : StoreFaults.missing(missing.get(), away);
    }
    throw failed.orElseThrow();
  }

  static StoreException joined(Optional<StoreException> first, StoreException next) {
    if (first.isEmpty()) {
      return next;
    }
    if (first.get() != next) {
      first.get().addSuppressed(next);
    }
    return first.get();
  }
}
