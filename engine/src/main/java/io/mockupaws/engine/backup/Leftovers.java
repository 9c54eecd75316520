package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.BackupNote.Attempt;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.BackupNotes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What broken-off backups have stored and this one may take over. Each of their files that was
 * changed since is taken out; what is left has the content that reading it now would give. Used by
 * one thread.
 */
final class Leftovers {
  /** A smaller file is read anew: it shares frames with others, and there may be very many. */
  static final int SMALLEST = WorkQueue.LARGE;

  /** Some 300 bytes each. */
  private static final int MOST = 200_000;

  private final Map<String, Leftover> byPath = new HashMap<>();
  private final Map<Relation, Map<Integer, String>> byRelation = new HashMap<>();
  private final List<String> reasons = new ArrayList<>();

  /**
   * Finds what there is.
   *
   * @throws Failure what the store says
   */
  static Leftovers find(BackupNotes notes, ServerFacts facts) {
    Leftovers found = new Leftovers();
    for (BackupId id : notes.brokenOff()) {
      List<BackupNote> of = notes.of(id);
      if (of.isEmpty()) {
        continue;
      }
      Optional<String> obstacle = obstacle(of.getFirst().attempt(), facts);
      if (obstacle.isPresent()) {
        found.refuse(id, obstacle.get());
      } else {
        found.add(of, notes.present(of));
      }
    }
    return found;
  }

  /** Why nothing of an attempt can be taken over, whatever the WAL says; empty when it may be. */
  static Optional<String> obstacle(Attempt attempt, ServerFacts facts) {
    if (attempt.systemIdentifier() != facts.systemIdentifier()) {
      return Optional.of("it was another cluster's");
    }
    if (!attempt.timeline().equals(facts.timeline())
        || attempt.fromStandby() != facts.inRecovery()) {
      return Optional.of("the server is on another timeline, or changed its part, since");
    }
    if (!attempt.serverStarted().equals(facts.postmasterStarted())) {
      return Optional.of(
          "the server was started again since, and what is done to files meanwhile leaves no trace"
              + " in the WAL");
    }
    if (attempt.serverVersion() != facts.version()
        || attempt.blockSize() != facts.blockSize()
        || attempt.dataChecksums() != facts.dataChecksums()) {
      return Optional.of("the server has another version, page size or checksums");
    }
    return Optional.empty();
  }

  /** Whether a file is of the kind that may be taken over at all. */
  static Optional<RelationPath> eligible(String path, long size) {
    return size < SMALLEST || path.startsWith("global/")
        ? Optional.empty()
        : RelationPath.parse(path).filter(file -> file.fork() == Fork.MAIN && !file.isTemporary());
  }

  /** Takes in the notes of one attempt; a later one's files take the place of an earlier one's. */
  void add(List<BackupNote> notes, Map<Integer, PackTable> packs) {
    for (BackupNote note : notes) {
      for (FileEntry entry : note.files()) {
        Optional<RelationPath> file = eligible(entry.path(), entry.size());
        boolean whole = entry.runs().stream().allMatch(run -> packs.containsKey(run.pack()));
        if (file.isPresent() && whole && byPath.size() < MOST) {
          Attempt attempt = note.attempt();
          put(new Leftover(attempt.id(), entry, file.get(), attempt.start(), packs));
        }
      }
    }
  }

  private void put(Leftover leftover) {
    RelationPath file = leftover.file();
    byPath.put(leftover.entry().path(), leftover);
    byRelation
        .computeIfAbsent(file.relation(), _ -> new HashMap<>())
        .put(file.segment(), leftover.entry().path());
  }

  boolean isEmpty() {
    return byPath.isEmpty();
  }

  /** The oldest position from which changes matter. */
  Lsn start() {
    return byPath.values().stream()
        .map(Leftover::start)
        .min(Lsn::compareTo)
        .orElseThrow(IllegalStateException::new);
  }

  long bytes() {
    return byPath.values().stream().mapToLong(leftover -> leftover.entry().size()).sum();
  }

  /** The file of that path, if it has not been changed. */
  Optional<Leftover> of(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  /** A piece of a relation was changed by a record that begins there. */
  void changed(Relation relation, int segment, Lsn at) {
    Map<Integer, String> segments = byRelation.getOrDefault(relation, Map.of());
    Optional.ofNullable(segments.get(segment)).ifPresent(path -> remove(path, at));
  }

  /** A relation was changed, who knows where. */
  void changed(Relation relation, Lsn at) {
    removeAll(byRelation.getOrDefault(relation, Map.of()).values(), at);
  }

  /** Relations in a tablespace, of one database if it is given, were changed. */
  void changed(int tablespace, Optional<Integer> database, Lsn at) {
    byRelation.forEach(
        (relation, segments) -> {
          if (relation.tablespace() == tablespace
              && database.filter(oid -> oid != relation.database()).isEmpty()) {
            removeAll(segments.values(), at);
          }
        });
  }

  private void removeAll(Collection<String> paths, Lsn at) {
    List.copyOf(paths).forEach(path -> remove(path, at));
  }

  private void remove(String path, Lsn at) {
    Leftover leftover = byPath.get(path);
    if (leftover != null && !at.isBefore(leftover.start())) {
      byPath.remove(path);
    }
  }

  /** Nothing of what is left can be used. */
  void refuseAll(String reason) {
    Set<BackupId> backups = new HashSet<>();
    byPath.values().forEach(leftover -> backups.add(leftover.backup()));
    backups.stream().sorted().forEach(id -> refuse(id, reason));
    byPath.clear();
    byRelation.clear();
  }

  private void refuse(BackupId id, String reason) {
    reasons.add("nothing of the broken-off backup " + id + " is used: " + reason);
  }

  /** Why something is not used, each a sentence. */
  List<String> reasons() {
    return List.copyOf(reasons);
  }
}
