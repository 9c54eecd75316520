package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.ObjectCopier;
import io.mockupaws.store.Member;
import io.mockupaws.store.StoreException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies of one key that are not the same: one was cut off or damaged, or there are two objects of
 * one name. They are named and left alone, unless one store was said to be right: then its copy,
 * where it is whole, takes the others' places, and these are kept aside.
 */
final class Differences {
  private static final String REPLACED = "replaced/";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final ObjectCopier copier;
  private final Tally tally;
  private final ReplicationRequest request;
  private final Optional<Member> right;
  private final Set<ObjectKey> settled = new HashSet<>();

  Differences(
      ObjectCopier copier, Tally tally, ReplicationRequest request, Optional<Member> right) {
    this.copier = copier;
    this.tally = tally;
    this.request = request;
    this.right = right;
  }

  /** Once a key, however often it is met. */
  void settle(Comparison.Row row) {
    if (!settled.add(row.key())) {
      return;
    }
    List<Member> whole = new ArrayList<>();
    List<Damaged> damaged = new ArrayList<>();
    for (Member member : row.with()) {
      try {
        copier.demandWhole(row.key(), member.store());
        whole.add(member);
      } catch (StoreException e) {
        if (e.code() != ErrorCode.OBJECT_MISSING) {
          tally.failed(member, e);
        }
      } catch (Failure e) {
        if (!ObjectCopier.isOfCopy(e)) {
          throw e;
        }
        damaged.add(new Damaged(member, e));
      }
    }
    Optional<Member> winner = right.filter(whole::contains);
    if (winner.isPresent()) {
      damaged.forEach(copy -> replace(row.key(), winner.get(), copy.member()));
      whole.stream()
          .filter(member -> member != winner.get())
          .forEach(member -> replace(row.key(), winner.get(), member));
    }
    if (winner.isEmpty() || !request.copies()) {
      name(row.key(), whole, damaged);
    }
  }

  private record Damaged(Member member, Failure damage) {}

  private void name(ObjectKey key, List<Member> whole, List<Damaged> damaged) {
    damaged.forEach(
        copy ->
            tally.finding(
                ReplicationFinding.Kind.DAMAGED, copy.member(), key, copy.damage().what()));
    if (whole.size() > 1) {
      List<Member> others = whole.subList(1, whole.size());
      others.forEach(member -> member.differsAt(key));
      tally.finding(
          ReplicationFinding.Kind.CONFLICT,
          whole.getFirst(),
          key,
          "another object of this name is in "
              + String.join(", ", others.stream().map(Member::address).toList()));
    }
  }

  /**
   * The other copy is durable under its new key before it goes, and what then lacks is brought; in
   * between the store lacks it, which the next replication mends.
   */
  private void replace(ObjectKey key, Member winner, Member loser) {
    ObjectKey aside = ObjectKey.of(REPLACED + TIME.format(request.at()) + "/" + key);
    if (request.copies()) {
      try {
        boolean brought =
            loser.ask(
                store -> {
                  copier.setAside(key, aside, store);
                  return copier.copy(key, winner.store(), store);
                });
        if (!brought) {
          tally.finding(
              ReplicationFinding.Kind.CONFLICT, loser, key, "it was made again meanwhile");
          return;
        }
      } catch (StoreException e) {
        tally.failed(loser, e);
        return;
      }
      loser.mended(key);
    }
    tally.replaced(new Replacement(loser.address(), key.value(), aside.value()));
  }
}
