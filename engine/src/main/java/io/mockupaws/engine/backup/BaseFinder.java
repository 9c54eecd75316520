package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.journal.ChangedBlocks;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Finds the backup that an incremental one builds on: the newest on the way to the server's
 * timeline, from whose start on the journal tells every change.
 */
final class BaseFinder {
  private final ClusterRepository repository;
  private final ServerFacts facts;
  private final Journal journal;
  private final Pause pause;
  private final LongSupplier nanoTime;

  BaseFinder(ClusterRepository repository, ServerFacts facts) {
    this(repository, facts, CoveredWal.PAUSE, System::nanoTime);
  }

  BaseFinder(ClusterRepository repository, ServerFacts facts, Pause pause, LongSupplier nanoTime) {
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.repository = repository;
    this.facts = facts;
    this.journal = new Journal(repository);
  }

  /**
   * The backups that can be built on.
   *
   * @param heads the newest first
   * @param reason why there is none; empty where there never was a backup
   */
  record Choice(List<ManifestHead> heads, String reason) {
    /**
     * At least one.
     *
     * @throws Failure NO_BASE_BACKUP
     */
    List<ManifestHead> demand() {
      if (heads.isEmpty()) {
        throw refused(reason.isEmpty() ? "the repository has no backup yet" : reason);
      }
      return heads;
    }
  }

  /** What an incremental backup cannot be taken for. */
  static Failure refused(String why) {
    return new Failure(
        ErrorCode.NO_BASE_BACKUP,
        "there is nothing that an incremental backup could build on: " + why,
        "take a full one: mockupaws backup --kind full");
  }

  /**
   * Chooses by what the manifests' heads say; one that cannot be read is no base, and a reason.
   *
   * @param hurried asked before each wait for a timeline that a stream has not heard of: then what
   *     is known decides
   */
  Choice choose(BooleanSupplier hurried) {
    List<String> unreadable = new ArrayList<>();
    List<ManifestHead> heads =
        repository.readableBackups((id, e) -> unreadable.add(id + " cannot be read: " + e.what()));
    Choice choice = choose(heads, arrived(heads, hurried));
    return choice.heads().isEmpty() && choice.reason().isEmpty() && !unreadable.isEmpty()
        ? new Choice(List.of(), unreadable.getLast())
        : choice;
  }

  /** A stream may not have heard of it yet that the server was promoted. */
  private JournalView arrived(List<ManifestHead> heads, BooleanSupplier hurried) {
    long begun = nanoTime.getAsLong();
    JournalView view = journal.view();
    for (int look = 1;
        nanoTime.getAsLong() - begun < CoveredWal.PATIENCE_WITH_A_STREAM.toNanos()
            && !hurried.getAsBoolean()
            && isNew(heads, view)
            && repository.isHeld(LeaseRole.JOURNAL);
        look++) {
      pause.before(look);
      view = journal.view();
    }
    return view;
  }

  /** Whether there are backups, none of the server's timeline, and its way is not known. */
  private boolean isNew(List<ManifestHead> heads, JournalView view) {
    return !heads.isEmpty()
        && heads.stream().noneMatch(head -> head.timeline().equals(facts.timeline()))
        && (history(view).isEmpty() || view.end(facts.timeline()).isEmpty());
  }

  private Choice choose(List<ManifestHead> heads, JournalView view) {
    String reason = "";
    List<ManifestHead> usable = new ArrayList<>();
    for (ManifestHead head : newestFirst(heads)) {
      Optional<String> obstacle = obstacle(head, view);
      if (obstacle.isEmpty()) {
        usable.add(head);
      } else if (reason.isEmpty()) {
        reason = head.id() + " " + obstacle.get();
      }
    }
    return new Choice(usable, reason);
  }

  /** One that was consolidated comes behind that which took its place: it may be whole yet. */
  private static List<ManifestHead> newestFirst(List<ManifestHead> heads) {
    return heads.stream()
        .sorted(
            Comparator.comparing(ManifestHead::timeline)
                .thenComparing(ManifestHead::start)
                .reversed()
                .thenComparing(ManifestHead.newestConsolidation(heads)))
        .toList();
  }

  private Optional<String> obstacle(ManifestHead head, JournalView view) {
    return obstacle(head, facts)
        .or(() -> onTheWay(head, facts.timeline(), history(view)))
        .or(() -> notCovered(head, view));
  }

  private Optional<TimelineHistory> history(JournalView view) {
    return Optional.ofNullable(view.histories().get(facts.timeline()));
  }

  /** What speaks against a backup whatever the journal says, in words that follow its name. */
  static Optional<String> obstacle(ManifestHead head, ServerFacts facts) {
    if (head.systemIdentifier() != facts.systemIdentifier()) {
      return Optional.of("is another cluster's");
    }
    if (head.serverVersion() / 10_000 != facts.major()
        || head.blockSize() != facts.blockSize()
        || head.walSegmentSize() != facts.walSegmentSize()) {
      return Optional.of("is of another major version, page size or WAL segment size");
    }
    if (head.dataChecksums() != facts.dataChecksums()) {
      return Optional.of("was taken when page checksums were switched otherwise");
    }
    if (head.corruptPages().size() >= SuspectPages.LIMIT) {
      return Optional.of("has too many damaged pages");
    }
    return Optional.empty();
  }

  /**
   * A backup is of use only if the server's way went through it: what was read of another branch,
   * or behind the fork of this one, would stay.
   *
   * @param server the timeline that the server is on
   * @param history of it, if it is known
   */
  static Optional<String> onTheWay(
      ManifestHead head, Timeline server, Optional<TimelineHistory> history) {
    if (head.timeline().equals(server)) {
      return Optional.empty();
    }
    boolean passed =
        history
            .flatMap(way -> way.leftAt(head.timeline()))
            .filter(at -> !at.isBefore(head.stop()))
            .isPresent();
    return passed
        ? Optional.empty()
        : Optional.of("is not on the way to the server's timeline " + server);
  }

  /** WAL that is on its way is waited for when it is read, and no earlier. */
  private Optional<String> notCovered(ManifestHead head, JournalView view) {
    Timeline branch = facts.timeline();
    Optional<Lsn> end = view.end(branch);
    Lsn reached = journal.limit(view, branch, head.start());
    boolean covered = end.isPresent() && !reached.isBefore(end.get());
    return covered || journal.isArriving(view, reached)
        ? Optional.empty()
        : Optional.of(
            "is followed by WAL that the repository lacks, or that is damaged, from "
                + reached
                + " on");
  }

  /**
   * Reads what an incremental backup needs of its base: of the newest of some that can be used.
   *
   * @param heads the newest first
   * @param start of the backup in the making; empty for as far as the journal reaches
   * @param mostWal how much WAL may be read for it
   * @param stopped asked now and then whether to give up
   * @throws Failure NO_BASE_BACKUP; what the store and the WAL fail with
   */
  Base load(
      List<ManifestHead> heads, Optional<Lsn> start, MostWal mostWal, BooleanSupplier stopped) {
    Optional<Failure> first = Optional.empty();
    for (ManifestHead head : heads) {
      if (start.filter(at -> at.isBefore(head.stop())).isEmpty()) {
        Lsn to = start.or(() -> journal.view().end(facts.timeline())).orElse(head.start());
        // An older one needs this WAL too.
        JournalView view = covering(head, head.start(), to, stopped, first);
        try {
          return load(head, view, to, mostWal, stopped);
        } catch (Failure e) {
          Failure against = speaksAgainst(head, e);
          first = first.or(() -> Optional.of(against));
        }
      }
    }
    throw first.orElseGet(() -> refused("every backup is ahead of this server"));
  }

  /**
   * The same base, with what was changed up to the start of the backup in the making.
   *
   * @throws Failure as {@link #load}
   */
  Base upTo(Base base, Lsn start, BooleanSupplier stopped) {
    if (!base.upTo().isBefore(start)) {
      return base;
    }
    try {
      Summary since =
          changes(
              base.head(),
              covering(base.head(), base.upTo(), start, stopped, Optional.empty()),
              base.upTo(),
              start,
              stopped);
      return new Base(
          base.head(),
          base.files(),
          Summary.sum(List.of(base.changes(), since)),
          start,
          base.walBytes());
    } catch (Failure e) {
      throw speaksAgainst(base.head(), e);
    }
  }

  /** A base that is damaged, or went away under way, is none; other faults are the backup's. */
  private static Failure speaksAgainst(ManifestHead head, Failure cause) {
    return switch (cause.code()) {
      case NO_BASE_BACKUP -> cause;
      case WAL_DAMAGED, WAL_HOLE, DAMAGED_OBJECT, OBJECT_MISSING, UNKNOWN_FORMAT ->
          refused(head.id() + ", or the WAL behind it, cannot be read: " + cause.what());
      default -> throw cause;
    };
  }

  private Base load(
      ManifestHead head, JournalView view, Lsn to, MostWal mostWal, BooleanSupplier stopped) {
    Timeline branch = facts.timeline();
    long walBytes =
        new ChangedBlocks(repository, facts.blockSize())
            .unsummarised(view, branch, head.start(), to);
    mostWal.demand(head, walBytes);
    BaseFiles files = new BaseFiles();
    repository.manifest(head.id()).forEach(files);
    files.seal();
    List<PackTable> lacking = repository.lacking(files.packs());
    if (!lacking.isEmpty()) {
      throw refused(
          "packs of "
              + head.id()
              + " are not in every store, or not whole; the first of them is "
              + lacking.getFirst().key());
    }
    return new Base(head, files, changes(head, view, head.start(), to, stopped), to, walBytes);
  }

  private JournalView covering(
      ManifestHead head, Lsn from, Lsn to, BooleanSupplier stopped, Optional<Failure> before) {
    return new CoveredWal(journal, facts.timeline(), pause, nanoTime)
        .await(from, to, stopped)
        .orElseThrow(() -> before.orElseGet(() -> gap(head, from, to)));
  }

  private Failure gap(ManifestHead head, Lsn from, Lsn to) {
    return refused(
        "the WAL from the start of "
            + head.id()
            + " on is not in the repository without a gap: from "
            + journal.view().contiguousEnd(facts.timeline(), from)
            + " on some is missing before "
            + to
            + ", and it did not come while it was waited for");
  }

  private Summary changes(
      ManifestHead head, JournalView view, Lsn from, Lsn to, BooleanSupplier stopped) {
    Summary changes =
        new ChangedBlocks(repository, facts.blockSize())
            .between(view, facts.timeline(), from, to, stopped);
    changes
        .everything()
        .ifPresent(
            why -> {
              throw refused("since " + head.id() + " any file may have changed: " + why);
            });
    return changes;
  }
}
