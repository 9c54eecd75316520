package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.daemon.Reason;
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
  private final List<Reason> reasons = new ArrayList<>();

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
    find(server, lagMillis, window, backups);
    recovery.problem().ifPresent(reasons::add);
    reasons.addAll(stores.reasons());
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
        reasons.stream().map(Reason::text).toList());
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  /** What is wrong by what was seen; stores and recovery apart. */
  void find(ServerLook server, Optional<Long> lagMillis, Optional<Window> window, Backups backups) {
    server
        .failure()
        .ifPresent(f -> add("server", "the server cannot be asked: " + f.what(), f.nextStep()));
    backups
        .damaged()
        .forEach(what -> add("damaged-backup", what, "see what is damaged: mockupaws verify"));
    if (!setting.streams()) {
      server.slot().ifPresent(_ -> leftSlot());
      return;
    }
    if (backups.readable().isEmpty()) {
      add("no-backup", "there is no backup", "run mockupaws backup");
    } else if (window.flatMap(Window::to).isEmpty()) {
      add("no-recovery", "no backup can be recovered: its WAL is missing", "run mockupaws backup");
    }
    window.flatMap(StatusFinder::holeBehind).ifPresent(reasons::add);
    lagMillis
        .filter(millis -> millis > setting.rpo().toMillis())
        .ifPresent(
            millis ->
                add(
                    "rpo",
                    "the repository is "
                        + Units.duration(Duration.ofMillis(millis))
                        + " behind; the objective is "
                        + Units.duration(setting.rpo()),
                    "see what keeps stream from storing it"));
    server
        .disk()
        .filter(PrimaryDisk::alarm)
        .ifPresent(
            disk ->
                add(
                    "disk",
                    "the server's disk fills: " + DiskText.of(disk),
                    "see what keeps stream from storing it"));
    if (server.position().isPresent()) {
      slotProblem(server.slot()).ifPresent(reasons::add);
    }
  }

  /** It keeps WAL for nobody until the server's disk is full. */
  private void leftSlot() {
    add(
        "slot",
        "stream is off, and the slot " + setting.slot() + " still makes the server keep its WAL",
        "as an administrator: SELECT pg_drop_replication_slot('" + setting.slot() + "')");
  }

  /** Nothing behind such a hole can be recovered, however much of it is stored. */
  private static Optional<Reason> holeBehind(Window window) {
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
                            new Reason(
                                "hole",
                                "nothing behind "
                                    + to.lsn()
                                    + " can be recovered: WAL from "
                                    + hole.from()
                                    + " to "
                                    + hole.to()
                                    + " is missing or damaged",
                                "run mockupaws backup")));
  }

  private Optional<Reason> slotProblem(Optional<Slot> slot) {
    if (slot.isEmpty()) {
      return Optional.of(
          new Reason("slot", "the server has no slot " + setting.slot(), "run mockupaws init"));
    }
    return switch (slot.get().keeps()) {
      case LOST ->
          Optional.of(
              new Reason(
                  "slot",
                  "the slot " + setting.slot() + " is lost: the server removed WAL that was needed",
                  "run mockupaws stream, then mockupaws backup"));
      case NOTHING, RESERVED, EXTENDED, UNRESERVED ->
          slot.get().active()
              ? Optional.empty()
              : Optional.of(
                  new Reason(
                      "stream",
                      "nobody streams: what is committed is not protected",
                      "run mockupaws stream"));
    };
  }

  private void add(String id, String what, String next) {
    reasons.add(new Reason(id, what, next));
  }

  /** What is wrong, once it was answered. */
  List<Reason> reasons() {
    return List.copyOf(reasons);
  }
}
