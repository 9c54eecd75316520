package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every one of several stores answers, and has answered all the time since this was made. What one
 * did not show in a listing, or did not remove, would be taken for missing, or come back from it.
 */
final class EveryStore implements Right {
  private final Store store;
  private final Map<Member, Long> missed = new HashMap<>();

  private EveryStore(Store store) {
    this.store = store;
  }

  /**
   * Begins to watch.
   *
   * @throws Failure that of a store that is away
   */
  static EveryStore of(Store store) {
    EveryStore every = new EveryStore(store);
    store.members().forEach(member -> every.missed.put(member, member.missed()));
    every.check();
    return every;
  }

  @Override
  public void check() {
    for (Member member : store.members()) {
      Optional<StoreException> away = member.away();
      if (away.isPresent()) {
        throw failure(away.get().code(), member, away.get().what());
      }
      if (member.missed() != missed.getOrDefault(member, 0L)) {
        throw failure(ErrorCode.STORE_UNREACHABLE, member, "it was away for a while");
      }
    }
  }

  private static Failure failure(ErrorCode code, Member member, String why) {
    return new Failure(
        code,
        "the store "
            + member.address()
            + " cannot be reached, and what is removed would come back from it: "
            + why,
        "try again when every store can be reached; see mockupaws doctor");
  }
}
