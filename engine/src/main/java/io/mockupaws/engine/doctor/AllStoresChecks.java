package io.mockupaws.engine.doctor;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationFinding;
import io.mockupaws.engine.replication.ReplicationReport;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Each of the stores for itself: its rights, whether it alone is the repository that the key opens,
 * and whether it has what the others have.
 */
final class AllStoresChecks {
  private static final String SAME = "store.same";
  private static final String LOOK = "run mockupaws replicate --depth read --dry-run";

  private final Store store;
  private final Purpose purpose;
  private final InstantSource clock;
  private final List<Check> checks = new ArrayList<>();
  private OptionalDouble pace = OptionalDouble.empty();

  AllStoresChecks(Store store, Purpose purpose, InstantSource clock) {
    this.store = store;
    this.purpose = purpose;
    this.clock = clock;
  }

  /** Of the slowest store, bytes a second that one upload took; empty where one failed. */
  OptionalDouble pace() {
    return pace;
  }

  List<Check> run(Optional<Secret> key, SecureRandom random) {
    if (store.members().isEmpty()) {
      StoreChecks alone = new StoreChecks(store, purpose, clock);
      checks.addAll(alone.run());
      pace = alone.pace();
      return checks;
    }
    boolean first = true;
    for (Member member : store.members()) {
      StoreChecks its = new StoreChecks(member.store(), purpose, clock);
      List<Check> found = new ArrayList<>(its.run());
      found.addAll(new RepositoryChecks().ofOneStore(member.store(), key, random));
      found.forEach(check -> checks.add(check.of(member.address())));
      pace = first ? its.pace() : slower(pace, its.pace());
      first = false;
    }
    return checks;
  }

  private static OptionalDouble slower(OptionalDouble one, OptionalDouble other) {
    return one.isPresent() && other.isPresent()
        ? OptionalDouble.of(Math.min(one.getAsDouble(), other.getAsDouble()))
        : OptionalDouble.empty();
  }

  /** What one has and another lacks or has otherwise; nothing is said where there is one. */
  List<Check> compare(Optional<Repository> repository) {
    List<Check> found = new ArrayList<>();
    if (store.members().isEmpty()) {
      return found;
    }
    if (repository.isEmpty()) {
      return List.of(Check.unknown(SAME, "the repository is not open"));
    }
    ReplicationReport report;
    try {
      report = new Replication(store, repository.get().copier()).lackingAfterAWhile();
    } catch (Failure e) {
      return List.of(Check.failed(SAME, e));
    }
    for (ReplicationReport.OfStore its : report.stores()) {
      found.add(standing(its).of(its.address()));
    }
    for (ReplicationFinding finding : report.findings()) {
      found.add(
          Check.failed(SAME, finding.object() + ": " + finding.what(), LOOK).of(finding.store()));
    }
    return found;
  }

  private static Check standing(ReplicationReport.OfStore its) {
    if (its.failure().isPresent()) {
      return Check.unknown(SAME, "it could not be compared: " + its.failure().get().what());
    }
    return its.lackedObjects() == 0
        ? Check.ok(SAME, "it lacks nothing that another store has")
        : Check.warning(
            SAME,
            "it lacks " + its.lackedObjects() + " objects, " + Amount.bytes(its.lackedBytes()),
            "a running stream brings them, or run mockupaws replicate");
  }
}
