package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.ObjectCopier;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares the stores of a repository by their listings and brings into each what it lacks, in the
 * order in which it was written: what is named by something comes before it. Broken off, it goes on
 * where it was when it is run again.
 */
public final class Replication {
  /** Differences looked at twice; where there are more, a store lacks much. */
  private static final int RECHECKS = 500;

  private final Store store;
  private final ObjectCopier copier;
  private final Scopes scopes;
  private int rechecks;

  /**
   * For the stores of a repository.
   *
   * @param store all of them
   */
  public Replication(Store store, ObjectCopier copier) {
    this.store = store;
    this.copier = copier;
    this.scopes = new Scopes(store);
  }

  /** What each store lacks; nothing is changed. */
  public ReplicationReport lacking(ReplicationListener listener) {
    return run(scopes.all(), false, listener);
  }

  /** Brings everything everywhere. */
  public ReplicationReport replicate(ReplicationListener listener) {
    return run(scopes.all(), true, listener);
  }

  /** What must be in a store before it can be opened as this repository. */
  public ReplicationReport replicateOpening(ReplicationListener listener) {
    return run(scopes.opening(), true, listener);
  }

  /** The WAL of one cluster, and what it takes to open it. */
  public ReplicationReport replicateJournal(String clusterPrefix, ReplicationListener listener) {
    List<String> all = new ArrayList<>(scopes.opening());
    all.addAll(scopes.journal(clusterPrefix));
    return run(all, true, listener);
  }

  private ReplicationReport run(List<String> prefixes, boolean copy, ReplicationListener listener) {
    Tally tally = new Tally(store.members());
    rechecks = RECHECKS;
    for (String prefix : prefixes) {
      Comparison comparison = new Comparison(store.members(), prefix, tally);
      for (Optional<Comparison.Row> row = comparison.next();
          row.isPresent();
          row = comparison.next()) {
        if (listener.cancelled()) {
          throw interrupted();
        }
        settle(row.get(), copy, tally);
        listener.progress(prefix, tally.objects(), tally.bytes());
      }
    }
    return tally.report();
  }

  private static Failure interrupted() {
    return new Failure(
        ErrorCode.REPLICATION_INTERRUPTED,
        "the replication was interrupted",
        "run mockupaws replicate again: what was brought over stays");
  }

  private void settle(Comparison.Row row, boolean copy, Tally tally) {
    if (row.hasSeveralSizes()) {
      name(row, tally);
      return;
    }
    for (Member member : row.without()) {
      if (rechecks > 0 && hasChanged(row, member)) {
        continue;
      }
      if (isGarbage(row)) {
        if (copy) {
          removeGarbage(row);
        }
        return;
      }
      tally.lacks(member, row.size());
      if (copy) {
        bring(row, member, tally);
      }
    }
  }

  /** A tail's piece that one store kept while it was away: the finished segment took its place. */
  private boolean isGarbage(Comparison.Row row) {
    return scopes
        .finishedSegment(row.key())
        .filter(segment -> row.with().stream().allMatch(m -> has(m, segment)))
        .isPresent();
  }

  /** Stores are not listed at one instant: what came or went meanwhile is no difference. */
  private boolean hasChanged(Comparison.Row row, Member member) {
    rechecks--;
    return has(member, row.key()) || row.with().stream().noneMatch(m -> has(m, row.key()));
  }

  private static boolean has(Member member, ObjectKey key) {
    return member.ask(one -> one.stat(key)).isPresent();
  }

  private static void removeGarbage(Comparison.Row row) {
    for (Member member : row.with()) {
      member.ask(
          one -> {
            one.delete(row.key());
            return true;
          });
    }
  }

  private void bring(Comparison.Row row, Member to, Tally tally) {
    Optional<Failure> damage = Optional.empty();
    for (Member from : row.with()) {
      try {
        if (to.ask(target -> copier.copy(row.key(), from.store(), target))) {
          tally.brought(to, row.size());
          takeBackWhatWasDeleted(row, from, to);
        } else {
          tally.lacksNot(to, row.size());
        }
        return;
      } catch (StoreException e) {
        if (e.code() == ErrorCode.OBJECT_MISSING) {
          tally.lacksNot(to, row.size()); // deleted since it was listed
          return;
        }
        tally.failed(to, e);
        return;
      } catch (Failure e) {
        if (!ObjectCopier.isOfCopy(e)) {
          throw e;
        }
        tally.finding(ReplicationFinding.Kind.DAMAGED, from, row.key(), e.what());
        damage = Optional.of(e);
      }
    }
    damage.ifPresent(e -> tally.failed(to, e));
  }

  /** The source was deleted while it was copied: the copy must not outlive it. */
  private void takeBackWhatWasDeleted(Comparison.Row row, Member from, Member to) {
    if (scopes.isShortLived(row.key()) && !has(from, row.key())) {
      to.ask(
          one -> {
            one.delete(row.key());
            return true;
          });
    }
  }

  /** Copies of several sizes: one was cut off, or there are two objects of one name. */
  private void name(Comparison.Row row, Tally tally) {
    List<Member> whole = new ArrayList<>();
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
        tally.finding(ReplicationFinding.Kind.DAMAGED, member, row.key(), e.what());
      }
    }
    if (whole.size() > 1) {
      String others = String.join(", ", whole.stream().skip(1).map(Member::address).toList());
      tally.finding(
          ReplicationFinding.Kind.CONFLICT,
          whole.getFirst(),
          row.key(),
          "another object of this name is in " + others);
    }
  }
}
