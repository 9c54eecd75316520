package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.ObjectCopier;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares the stores of a repository by their listings and brings into each what it lacks, in the
 * order in which it was written: what is named by something comes before it. Broken off, it goes on
 * where it was when it is run again.
 */
public final class Replication {
  /** Differences looked at twice; where there are more, a store lacks much. */
  private static final int RECHECKS = 500;

  private static final int LOOKS = 3;
  private static final Duration PAUSE = Duration.ofMillis(300);

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
    return run(scopes.all(), ReplicationRequest.of(false), listener);
  }

  /** Brings everything everywhere. */
  public ReplicationReport replicate(ReplicationListener listener) {
    return run(scopes.all(), ReplicationRequest.of(true), listener);
  }

  /**
   * As asked.
   *
   * @throws Failure USAGE when no store has the address to replace from
   */
  public ReplicationReport run(ReplicationRequest request, ReplicationListener listener) {
    return run(scopes.all(), request, listener);
  }

  /** What each store lacks, but for what is on its way from one to the next just now. */
  public ReplicationReport lackingAfterAWhile() {
    ReplicationReport report = lacking(ReplicationListener.silent());
    for (int i = 0; i < LOOKS && report.isNearlyWhole(); i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      report = lacking(ReplicationListener.silent());
    }
    return report;
  }

  /** What must be in a store before it can be opened as this repository. */
  public ReplicationReport replicateOpening(ReplicationListener listener) {
    return run(scopes.opening(), ReplicationRequest.of(true), listener);
  }

  /** The WAL of one cluster, and what it takes to open it. */
  public ReplicationReport replicateJournal(String clusterPrefix, ReplicationListener listener) {
    List<String> all = new ArrayList<>(scopes.opening());
    all.addAll(scopes.journal(clusterPrefix));
    return run(all, ReplicationRequest.of(true), listener);
  }

  private ReplicationReport run(
      List<String> prefixes, ReplicationRequest request, ReplicationListener listener) {
    Tally tally = new Tally(store.members());
    Differences differences =
        new Differences(copier, tally, request, request.replaceFrom().map(this::member));
    Sameness sameness = new Sameness(request.depth(), tally, differences::settle);
    rechecks = RECHECKS;
    for (String prefix : prefixes) {
      try (Comparison comparison = new Comparison(store.members(), prefix, tally)) {
        for (Optional<Comparison.Row> row = comparison.next();
            row.isPresent();
            row = comparison.next()) {
          if (listener.cancelled()) {
            throw interrupted();
          }
          boolean differs = settle(row.get(), request.copies(), tally, differences, sameness);
          if (differs || request.depth() == ComparisonDepth.READ) {
            listener.progress(prefix, tally.objects(), tally.bytes());
          }
        }
      }
    }
    sameness.end(store.members());
    return tally.report();
  }

  private Member member(String address) {
    return store.members().stream()
        .filter(member -> member.address().equals(address))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.USAGE,
                    "no store of the repository has the address " + address,
                    "name one of " + store.address()));
  }

  private static Failure interrupted() {
    return new Failure(
        ErrorCode.REPLICATION_INTERRUPTED,
        "the replication was interrupted",
        "run mockupaws replicate again: what was brought over stays");
  }

  /** Whether the stores differ in this key, as far as was looked. */
  private boolean settle(
      Comparison.Row row, boolean copy, Tally tally, Differences differences, Sameness sameness) {
    if (row.hasSeveralSizes()) {
      differences.settle(row);
      return true;
    }
    if (row.with().size() > 1) {
      sameness.look(row);
    }
    for (Member member : row.without()) {
      if (rechecks > 0 && hasChanged(row, member)) {
        continue;
      }
      if (isGarbage(row)) {
        if (copy) {
          removeGarbage(row);
        }
        return true;
      }
      tally.lacks(member, row.size());
      if (copy) {
        bring(row, member, tally);
      }
    }
    return !row.without().isEmpty();
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
        if (e.code() == ErrorCode.OBJECT_FROZEN) {
          damage = Optional.of(e); // another store may have a copy that can be read
          continue;
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
}
