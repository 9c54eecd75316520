package io.mockupaws.engine.repository;

import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of several stores are known to have everything, as far as this process can tell: those that
 * were compared with the others and have missed nothing since. Safe for use by many threads.
 */
public final class Standing {
  /** What was compared. */
  public enum Part {
    /** The WAL of the cluster at hand. */
    JOURNAL,
    /** The whole repository. */
    ALL
  }

  private final Store store;
  private final Map<Part, Map<Member, Long>> compared =
      Map.of(Part.JOURNAL, new HashMap<>(), Part.ALL, new HashMap<>());

  Standing(Store store) {
    this.store = store;
  }

  /** How much a store had missed before it was compared; to be given back when it is whole. */
  public long before(Member member) {
    return member.missed();
  }

  /** A store was compared and lacks nothing. */
  public synchronized void whole(Part part, Member member, long before) {
    of(part).put(member, before);
  }

  private Map<Member, Long> of(Part part) {
    return compared.getOrDefault(part, Map.of());
  }

  /** Whether a store is here and lacks nothing. */
  public synchronized boolean isWhole(Part part, Member member) {
    Long at = of(part).get(member);
    return at != null
        && at == member.missed()
        && member.away().isEmpty()
        && member.conflict().isEmpty();
  }

  /** Whether every store has everything. Where there is one, it has. */
  public boolean isEverywhere(Part part) {
    return behind(part).isEmpty();
  }

  /** The stores that are away, lack something, or were not compared yet. */
  public List<Member> behind(Part part) {
    return store.members().stream().filter(member -> !isWhole(part, member)).toList();
  }
}
