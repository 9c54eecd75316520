package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.engine.journal.Behind;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Puts together what server and repository say, and names what is wrong. */
final class StatusFinder {
  private final ClusterRepository cluster;
  private final ClusterConfig setting;
  private final Instant now;
  private final List<String> problems = new ArrayList<>();

  StatusFinder(ClusterRepository cluster, ClusterConfig setting, Instant now) {
    this.cluster = cluster;
    this.setting = setting;
    this.now = now;
  }

  /**
   * The backups of a cluster.
   *
   * @param damaged what is wrong with those whose manifest cannot be read
   */
  record Backups(List<ManifestHead> readable, List<String> damaged) {
    static Backups of(ClusterRepository cluster) {
      List<String> damaged = new ArrayList<>();
      List<ManifestHead> readable =
          cluster.readableBackups(
              (id, failure) ->
                  damaged.add("the backup " + id.value() + " cannot be used: " + failure.what()));
      return new Backups(readable, damaged);
    }

    /** Those whose place no consolidation has taken. */
    List<ManifestHead> counted() {
      return ManifestHead.withoutConsolidated(readable);
    }

    Optional<BackupId> newest() {
      return counted().stream().map(ManifestHead::id).reduce((_, later) -> later);
    }
  }

  StatusAnswer answer(
      ServerLook server,
      StoreLook stores,
      JournalView view,
      Backups backups,
      Optional<Window> window,
      RecoveryOutlook recovery) {
    Optional<Lsn> end = view.latestTimeline().flatMap(view::end);
    Optional<Behind> lag =
        server.position().flatMap(at -> end.map(known -> Behind.of(at, known, window)));
    Optional<Long> lagBytes = lag.map(Behind::bytes);
    Optional<Long> lagMillis = lag.flatMap(Behind::time).map(Duration::toMillis);
    findProblems(server, lagMillis, window, backups);
    recovery.problem().ifPresent(problems::add);
    problems.addAll(stores.problems());
    return new StatusAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        server.address(),
        server.position().isPresent(),
        server.position().map(at -> at.end().toString()),
        server.slot().map(Slot::name),
        server.slot().map(Slot::active),
        server.slot().map(s -> s.keeps().name().toLowerCase(Locale.ROOT)),
        server.disk().map(PrimaryDisk::held),
        server.disk().flatMap(d -> boxed(d.limit())),
        server.syncState(),
        end.map(Lsn::toString),
        lagBytes,
        lagMillis,
        setting.rpo().toMillis(),
        window.flatMap(Window::from).map(Moment::time),
        window.flatMap(Window::to).map(Moment::time),
        window.map(w -> w.holes().size()).orElse(0),
        backups.readable().size(),
        backups.newest().map(BackupId::value),
        RecentBackup.of(backups.counted(), now),
        recovery,
        RunningTask.of(cluster),
        StoreStanding.of(cluster, stores, server.position()),
        List.copyOf(problems));
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  private void findProblems(
      ServerLook server, Optional<Long> lagMillis, Optional<Window> window, Backups backups) {
    server.failure().ifPresent(f -> problems.add("the server cannot be asked: " + f.what()));
    problems.addAll(backups.damaged());
    if (backups.readable().isEmpty()) {
      problems.add("there is no backup: run mockupaws backup");
    } else if (window.flatMap(Window::to).isEmpty()) {
      problems.add("no backup can be recovered: its WAL is missing; run mockupaws backup");
    }
    window.flatMap(StatusFinder::holeBehind).ifPresent(problems::add);
    lagMillis
        .filter(millis -> millis > setting.rpo().toMillis())
        .ifPresent(
            millis ->
                problems.add(
                    "the repository is "
                        + Units.duration(Duration.ofMillis(millis))
                        + " behind; the objective is "
                        + Units.duration(setting.rpo())));
    server
        .disk()
        .filter(PrimaryDisk::alarm)
        .ifPresent(
            disk ->
                problems.add(
                    "the server's disk fills: "
                        + DiskText.of(disk)
                        + "; see what keeps stream from storing it"));
    if (server.position().isPresent()) {
      slotProblem(server.slot()).ifPresent(problems::add);
    }
  }

  /** Nothing behind such a hole can be recovered, however much of it is stored. */
  private static Optional<String> holeBehind(Window window) {
    return window
        .to()
        .flatMap(
            to ->
                window.holes().stream()
                    .filter(hole -> hole.timeline().equals(window.timeline()))
                    .filter(hole -> hole.to().isAfter(to.lsn()))
                    .findFirst()
                    .map(
                        hole ->
                            "nothing behind "
                                + to.lsn()
                                + " can be recovered: WAL from "
                                + hole.from()
                                + " to "
                                + hole.to()
                                + " is missing or damaged; run mockupaws backup"));
  }

  private Optional<String> slotProblem(Optional<Slot> slot) {
    if (slot.isEmpty()) {
      return Optional.of("the server has no slot " + setting.slot() + ": run mockupaws init");
    }
    return switch (slot.get().keeps()) {
      case LOST ->
          Optional.of(
              "the slot "
                  + setting.slot()
                  + " is lost: the server removed WAL that was needed; run mockupaws stream, then"
                  + " mockupaws backup");
      case NOTHING, RESERVED, EXTENDED, UNRESERVED ->
          slot.get().active()
              ? Optional.empty()
              : Optional.of(
                  "nobody streams: what is committed is not protected; run mockupaws stream");
    };
  }
}
