package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what a replication finds and does. */
final class Tally {
  /** Findings beyond that are not kept: what is wrong then is wrong with a whole store. */
  private static final int MOST = 1000;

  private final Map<Member, Counts> counts = new HashMap<>();
  private final List<Member> members;
  private final List<ReplicationFinding> findings = new ArrayList<>();
  private final List<Replacement> replacements = new ArrayList<>();

  private static final class Counts {
    long lackedObjects;
    long lackedBytes;
    long broughtObjects;
    long broughtBytes;
    Optional<Failure> failure = Optional.empty();
  }

  Tally(List<Member> members) {
    this.members = members;
    members.forEach(member -> counts.put(member, new Counts()));
    members.forEach(member -> member.away().ifPresent(fault -> failed(member, fault)));
  }

  private Counts of(Member member) {
    return counts.computeIfAbsent(member, _ -> new Counts());
  }

  void lacks(Member member, long bytes) {
    of(member).lackedObjects++;
    of(member).lackedBytes += bytes;
  }

  /** It turned out to have it, or nobody has it any more. */
  void lacksNot(Member member, long bytes) {
    of(member).lackedObjects--;
    of(member).lackedBytes -= bytes;
  }

  void brought(Member member, long bytes) {
    of(member).broughtObjects++;
    of(member).broughtBytes += bytes;
  }

  /** The first failure of a store counts. */
  void failed(Member member, Failure failure) {
    Counts its = of(member);
    its.failure = its.failure.or(() -> Optional.of(failure));
  }

  void finding(ReplicationFinding.Kind kind, Member member, ObjectKey key, String what) {
    ReplicationFinding finding = new ReplicationFinding(kind, member.address(), key.value(), what);
    if (findings.size() < MOST && !findings.contains(finding)) {
      findings.add(finding);
    }
  }

  void replaced(Replacement replacement) {
    replacements.add(replacement);
  }

  /** Objects brought over so far, or found lacking where nothing is brought. */
  long objects() {
    return counts.values().stream()
        .mapToLong(c -> Math.max(c.broughtObjects, c.lackedObjects))
        .sum();
  }

  long bytes() {
    return counts.values().stream().mapToLong(c -> Math.max(c.broughtBytes, c.lackedBytes)).sum();
  }

  ReplicationReport report() {
    List<ReplicationReport.OfStore> stores = new ArrayList<>();
    for (Member member : members) {
      Counts its = of(member);
      stores.add(
          new ReplicationReport.OfStore(
              member.address(),
              its.failure,
              its.lackedObjects,
              its.lackedBytes,
              its.broughtObjects,
              its.broughtBytes));
    }
    return new ReplicationReport(stores, findings, replacements);
  }
}
