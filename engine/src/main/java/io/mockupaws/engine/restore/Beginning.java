package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The backup with which the way to a target begins. Where the best one lacks a pack, or cannot pass
 * a hole, another one leads to the same record, only by a longer way.
 */
final class Beginning {
  private final ClusterRepository repository;
  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;

  Beginning(ClusterRepository repository, Journal journal, JournalView view, Timeline branch) {
    this.repository = repository;
    this.journal = journal;
    this.view = view;
    this.branch = branch;
  }

  /**
   * What was chosen.
   *
   * @param passedOver those that would have been better and cannot be used, with why
   */
  record Chosen(ManifestHead backup, ResolvedTarget target, List<String> passedOver) {}

  /**
   * A backup that was named.
   *
   * @throws Failure OBJECT_MISSING, DAMAGED_OBJECT, and as {@link Journal#resolve}
   */
  Chosen with(ManifestHead backup, TargetRequest request) {
    ResolvedTarget target = journal.resolve(view, request, branch, backup);
    Optional<Failure> obstacle = obstacle(backup);
    if (obstacle.isPresent()) {
      throw obstacle.get();
    }
    return new Chosen(backup, target, List.of());
  }

  /**
   * The first of some that can be used.
   *
   * @param candidates the best first
   * @throws Failure TARGET_OUTSIDE_WINDOW where there are none; else what speaks against the first
   */
  Chosen firstOf(List<ManifestHead> candidates, TargetRequest request) {
    List<String> passedOver = new ArrayList<>();
    Optional<Failure> first = Optional.empty();
    for (ManifestHead backup : candidates) {
      Optional<Failure> obstacle;
      try {
        ResolvedTarget target = journal.resolve(view, request, branch, backup);
        obstacle = obstacle(backup);
        if (obstacle.isEmpty()) {
          return new Chosen(backup, target, List.copyOf(passedOver));
        }
      } catch (Failure e) {
        if (e.code() != ErrorCode.TARGET_IN_HOLE) {
          throw e;
        }
        obstacle = Optional.of(e);
      }
      first = first.isPresent() ? first : obstacle;
      passedOver.add("the backup " + backup.id() + " is not used: " + obstacle.get().what());
    }
    throw first.orElseGet(this::beforeAll);
  }

  private Failure beforeAll() {
    return new Failure(
        ErrorCode.TARGET_OUTSIDE_WINDOW,
        "the target lies before the end of the first backup; "
            + journal.window(view, branch).describe(),
        "choose a moment inside");
  }

  /** By listings: whether each pack is there, and as long as it was. */
  private Optional<Failure> obstacle(ManifestHead backup) {
    List<PackTable> packs = new ArrayList<>();
    try {
      repository.manifest(backup.id()).forEachPack(packs::add);
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      return Optional.of(e);
    }
    return repository.lost(packs).stream().findFirst().map(pack -> lost(backup, pack));
  }

  private Failure lost(ManifestHead backup, PackTable pack) {
    boolean cut = repository.store().stat(pack.key()).isPresent();
    return new Failure(
        cut ? ErrorCode.DAMAGED_OBJECT : ErrorCode.OBJECT_MISSING,
        "the pack " + pack.key() + " of " + backup.id() + (cut ? " is not whole" : " is not there"),
        "use another backup, or bring the pack back from another copy of the repository; see"
            + " mockupaws verify --all");
  }
}
