package io.mockupaws.engine.doctor;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The repository: there, opened by the key, with this cluster and something to recover. */
final class RepositoryChecks {
  private static final List<String> ALL =
      List.of(
          "repository.there",
          "repository.key",
          "repository.slots",
          "repository.cluster",
          "repository.backup");

  private final List<Check> checks = new ArrayList<>();
  private Optional<Repository> repository = Optional.empty();
  private Optional<ClusterRepository> cluster = Optional.empty();
  private Optional<JournalView> view = Optional.empty();
  private Optional<Window> window = Optional.empty();

  List<Check> run(
      Optional<Store> store,
      Optional<Secret> key,
      SecureRandom random,
      Function<Repository, ClusterRepository> choose) {
    store.ifPresent(place -> open(place, key, random));
    repository.ifPresent(
        opened -> {
          slots(opened);
          choose(opened, choose);
        });
    cluster.ifPresent(this::backup);
    String why =
        store.isEmpty() ? "no repository is set" : "the repository is not open, or has no cluster";
    for (String id : ALL) {
      if (checks.stream().noneMatch(check -> check.id().equals(id))) {
        checks.add(Check.unknown(id, why));
      }
    }
    return checks;
  }

  /** Whether one of several stores alone is the repository, and opens. */
  List<Check> ofOneStore(Store store, Optional<Secret> key, SecureRandom random) {
    open(store, key, random);
    repository.ifPresent(this::slots);
    return checks;
  }

  Optional<Repository> repository() {
    return repository;
  }

  private void open(Store store, Optional<Secret> key, SecureRandom random) {
    try {
      Repository opened = Repository.open(store, key, random);
      repository = Optional.of(opened);
      checks.add(Check.ok("repository.there", "there is a repository, " + opened.id()));
      checks.add(
          Check.ok(
              "repository.key",
              opened.encrypted() ? "the key opens it" : "it is not encrypted and needs no key"));
    } catch (Failure e) {
      switch (e.code()) {
        case WRONG_KEY, MISSING_SETTING, ENCRYPTION_MISMATCH -> {
          checks.add(Check.ok("repository.there", "there is a repository"));
          checks.add(Check.failed("repository.key", e));
        }
        default -> checks.add(Check.failed("repository.there", e));
      }
    }
  }

  private void slots(Repository opened) {
    try {
      List<Failure> damaged = List.copyOf(opened.damagedKeySlots().values());
      checks.add(
          damaged.isEmpty()
              ? Check.ok("repository.slots", "no key slot is damaged")
              : Check.warning(
                  "repository.slots",
                  damaged.size() + " damaged: " + damaged.getFirst().what(),
                  "see mockupaws keys list; restore the object from another copy of the"
                      + " repository"));
    } catch (Failure e) {
      checks.add(Check.failed("repository.slots", e));
    }
  }

  private void choose(Repository opened, Function<Repository, ClusterRepository> choose) {
    try {
      ClusterRepository chosen = choose.apply(opened);
      cluster = Optional.of(chosen);
      checks.add(Check.ok("repository.cluster", "cluster " + chosen.identity().name()));
    } catch (Failure e) {
      checks.add(Check.failed("repository.cluster", e));
    }
  }

  private void backup(ClusterRepository chosen) {
    String id = "repository.backup";
    try {
      Journal journal = new Journal(chosen);
      JournalView listed = journal.view();
      view = Optional.of(listed);
      window = journal.window(listed);
      Optional<Moment> newest = window.flatMap(Window::to);
      boolean none = chosen.backupIds().isEmpty();
      checks.add(
          newest
              .map(to -> Check.ok(id, "can be recovered up to " + to.time()))
              .orElse(
                  Check.failed(
                      id,
                      none ? "there is no backup" : "no backup has its WAL",
                      "run mockupaws backup")));
    } catch (Failure e) {
      checks.add(Check.failed(id, e));
    }
  }

  Optional<ClusterRepository> cluster() {
    return cluster;
  }

  Optional<JournalView> view() {
    return view;
  }

  Optional<Window> window() {
    return window;
  }
}
