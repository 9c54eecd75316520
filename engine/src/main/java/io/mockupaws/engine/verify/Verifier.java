package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Verifies what a repository promises of one cluster. Changes nothing. */
public final class Verifier {
  private final Repository repository;
  private final ClusterRepository cluster;
  private final Checked checked;

  /** Everything is read. */
  public Verifier(Repository repository, ClusterRepository cluster) {
    this(repository, cluster, Checked.nothing(cluster));
  }

  /**
   * Goes on where an earlier run of the same request was broken off.
   *
   * @param checked what that one has read
   */
  public Verifier(Repository repository, ClusterRepository cluster, Checked checked) {
    this.repository = repository;
    this.cluster = cluster;
    this.checked = checked;
  }

  /**
   * Looks, and says what it found. What cannot be read is a finding, not a failure.
   *
   * @throws Failure VERIFY_INTERRUPTED; STORE_UNREACHABLE and the like when the store is away
   */
  public VerifyReport run(VerifyRequest request, VerifyListener listener) {
    Findings findings = new Findings();
    repository.damagedKeySlots().forEach(findings::add);
    BackupCheck check = new BackupCheck(cluster, request, findings, listener, checked);
    List<BackupId> present = cluster.backupIds();
    List<BackupVerdict> verdicts = check.check(request.backup().map(List::of).orElse(present));
    if (request.backup().isEmpty()) {
      withoutManifest(cluster.writtenBackups(), check.writers(), findings);
    }
    JournalCheck journal = new JournalCheck(cluster, findings, listener, checked);
    Optional<JournalView> view = journal.view();
    VerifyReport report =
        view.isEmpty()
            ? unreadable(verdicts, findings, check)
            : report(view.get(), verdicts, journal, check, findings, request);
    if (request.depth() == Depth.READ) {
      checked.forget();
    }
    return report.with(checked.takenOver());
  }

  /**
   * Packs whose manifest is not there: of a backup that broke off, or that has lost it. One whose
   * packs another backup took over did break off, and so did one that has notes. A cleanup that was
   * broken off leaves packs of one that expired, and what waits for a cleanup has packs of others.
   */
  private void withoutManifest(List<BackupId> present, Set<String> takenOver, Findings findings) {
    Set<String> orphans = new HashSet<>();
    cluster.forEach(
        "packs/",
        object -> {
          String[] parts = object.key().value().substring(cluster.prefix().length()).split("/", -1);
          if (BackupId.isOne(parts[1]) && !present.contains(new BackupId(parts[1]))) {
            orphans.add(parts[1]);
          }
        });
    orphans.removeAll(takenOver);
    if (!orphans.isEmpty()) {
      orphans.removeAll(writersOfExpired());
    }
    cluster.notes().brokenOff().forEach(id -> orphans.remove(id.value()));
    if (!orphans.isEmpty() && !cluster.isHeld(LeaseRole.BACKUP)) {
      for (String id : orphans) {
        String key = cluster.manifestKey(new BackupId(id)).value();
        findings.add(
            Finding.Kind.MISSING,
            key,
            "there are packs of the backup " + id + " and no manifest: it broke off, or lost it");
      }
    }
  }

  private Set<String> writersOfExpired() {
    Set<String> writers = new HashSet<>();
    Set<BackupId> expired = cluster.expired();
    expired.forEach(id -> writers.add(id.value()));
    for (ManifestHead head :
        cluster.readable(
            cluster.writtenBackups().stream().filter(expired::contains).toList(), (_, _) -> {})) {
      writersOf(head.id(), writers);
    }
    return writers;
  }

  /** One that a cleanup sweeps meanwhile has no packs of others any more. */
  private void writersOf(BackupId backup, Set<String> writers) {
    try {
      cluster
          .manifest(backup)
          .packs()
          .forEach(pack -> writers.add(pack.key().value().split("/", -1)[3]));
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
    }
  }

  /** The history, a hole or what was heard cannot be read: no restore gets past that. */
  private static VerifyReport unreadable(
      List<BackupVerdict> verdicts, Findings findings, BackupCheck check) {
    String reason = "the journal cannot be read";
    List<BackupVerdict> broken =
        verdicts.stream().map(v -> new BackupVerdict(v.id(), v.head(), with(v, reason))).toList();
    return new VerifyReport(
        broken,
        findings.all(),
        List.of("nothing can be restored while a record of the journal cannot be read"),
        Optional.empty(),
        List.of(),
        check.packs(),
        check.packBytes(),
        0,
        Checked.TakenOver.NOTHING);
  }

  private static List<String> with(BackupVerdict verdict, String reason) {
    List<String> reasons = new ArrayList<>(verdict.reasons());
    reasons.add(reason);
    return reasons;
  }

  private VerifyReport report(
      JournalView listed,
      List<BackupVerdict> contents,
      JournalCheck journal,
      BackupCheck check,
      Findings findings,
      VerifyRequest request) {
    List<ManifestHead> heads = contents.stream().flatMap(v -> v.head().stream()).toList();
    List<Timeline> without = journal.withoutHistory(listed);
    List<Hole> found = journal.check(listed, heads, request.depth());
    List<Hole> ends = listed.lostEnds();
    JournalView view = listed.with(found);
    Recoverable recoverable = new Recoverable(view, journal.journal(), without);
    List<BackupVerdict> verdicts = contents.stream().map(recoverable::withWal).toList();
    List<Hole> holes = new ArrayList<>(listed.holes());
    holes.addAll(ends);
    heads.forEach(head -> recoverable.gapIn(head, holes).ifPresent(holes::add));
    holes.removeIf(hole -> !recoverable.isNeeded(hole, heads));
    holes.forEach(hole -> findings.add(Finding.Kind.HOLE, key(hole, listed), text(hole)));
    found.stream().filter(hole -> recoverable.isNeeded(hole, heads)).forEach(holes::add);
    List<Window.Range> window = window(view, recoverable, verdicts, findings);
    return new VerifyReport(
        verdicts,
        findings.all(),
        recoverable.lost(verdicts, holes),
        view.latestTimeline(),
        window,
        check.packs(),
        check.packBytes(),
        journal.walBytes(),
        Checked.TakenOver.NOTHING);
  }

  private List<Window.Range> window(
      JournalView view, Recoverable recoverable, List<BackupVerdict> verdicts, Findings findings) {
    try {
      return recoverable.window(verdicts);
    } catch (Failure e) {
      Findings.kindOf(e);
      String place = view.latestTimeline().map(t -> "wal/" + t.hex()).orElse("wal");
      findings.add(cluster.key(place), e);
      return List.of();
    }
  }

  /** The first object that is missing. */
  private String key(Hole hole, JournalView view) {
    int size = cluster.identity().walSegmentSize();
    SegmentName segment = SegmentName.containing(hole.timeline(), hole.from(), size);
    boolean inTail =
        view.length(segment) > 0
            || (hole.from().equals(segment.start()) && hole.to().isBefore(segment.end()));
    String offset = String.format(Locale.ROOT, "%08X", hole.from().minus(segment.start()));
    return cluster
        .key(
            inTail
                ? "tail/" + segment.fileName() + "/" + offset
                : "wal/" + hole.timeline().hex() + "/" + segment.fileName())
        .value();
  }

  private static String text(Hole hole) {
    return "WAL from "
        + hole.from()
        + " to "
        + hole.to()
        + " on timeline "
        + hole.timeline()
        + " is "
        + hole.kind().name().toLowerCase(java.util.Locale.ROOT)
        + ": "
        + hole.reason();
  }
}
