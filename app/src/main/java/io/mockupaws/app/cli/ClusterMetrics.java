package io.mockupaws.app.cli;

import io.mockupaws.app.daemon.Metric;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.engine.cluster.ServerStatistics;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Prometheus is told of one cluster. */
final class ClusterMetrics {
  private final String cluster;
  private final List<Metric> metrics = new ArrayList<>();

  private ClusterMetrics(String cluster) {
    this.cluster = cluster;
  }

  static List<Metric> of(
      String cluster,
      Optional<HealthFacts> facts,
      Optional<StreamState> stream,
      List<Reason> reasons) {
    ClusterMetrics all = new ClusterMetrics(cluster);
    all.health(reasons);
    stream.ifPresent(all::stream);
    facts.ifPresent(
        f -> {
          all.look(f);
          all.tasks(f);
          all.status(f.status());
          all.backups(f);
          f.statistics().ifPresent(all::server);
          f.spool()
              .ifPresent(
                  s ->
                      all.gauge(
                          "mockupaws_spool_free_bytes",
                          "Free bytes on the disk of the spool",
                          s.freeBytes()));
        });
    return all.metrics;
  }

  /** Of the stores, which several clusters share. */
  static List<Metric> of(List<StoreRoom> rooms) {
    List<Metric> metrics = new ArrayList<>();
    for (StoreRoom room : rooms) {
      metrics.add(
          Metric.gauge(
              "s3_bucket_total_bytes",
              "Bytes that the store may hold: the quota, else the disk's size",
              room.totalBytes(),
              "store",
              room.address()));
      metrics.add(
          Metric.gauge(
              "s3_bucket_free_bytes",
              "Bytes of these that are free",
              room.freeBytes(),
              "store",
              room.address()));
    }
    return metrics;
  }

  private void gauge(String name, String help, double value) {
    metrics.add(Metric.gauge(name, help, value, "cluster", cluster));
  }

  private void gauge(String name, String help, long value) {
    gauge(name, help, (double) value);
  }

  private void gauge(String name, String help, Optional<? extends Number> value) {
    value.ifPresent(v -> gauge(name, help, v.doubleValue()));
  }

  private static Optional<Double> seconds(Optional<Long> millis) {
    return millis.map(m -> m / 1000.0);
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private void health(List<Reason> reasons) {
    gauge("mockupaws_healthy", "1 while nothing is wrong", reasons.isEmpty() ? 1 : 0);
    reasons.stream()
        .map(Reason::id)
        .distinct()
        .forEach(
            id ->
                metrics.add(
                    Metric.gauge(
                        "mockupaws_reason",
                        "1 for each reason why it is not healthy",
                        1,
                        "cluster",
                        cluster,
                        "reason",
                        id)));
  }

  private void stream(StreamState state) {
    gauge(
        "mockupaws_streaming",
        "1 while this process brings WAL in",
        state.phase() == StreamState.Phase.STREAMING ? 1 : 0);
    gauge(
        "mockupaws_stream_lag_seconds",
        "How long the oldest received byte waits for the repository",
        seconds(state.lag()));
    gauge(
        "mockupaws_stream_lag_bytes",
        "WAL of the server that is not in the repository",
        state.lagBytes());
    gauge("mockupaws_spool_bytes", "Bytes in the spool", state.spooled());
    metrics.add(
        Metric.counter(
            "mockupaws_stream_connections",
            "Connections to the server since this process began",
            state.connections(),
            "cluster",
            cluster));
  }

  private void look(HealthFacts facts) {
    gauge("mockupaws_look_timestamp", "When the cluster was last looked at", seconds(facts.at()));
    gauge("mockupaws_look_seconds", "How long that took", seconds(facts.took()));
    facts
        .serverAhead()
        .ifPresent(
            by ->
                gauge(
                    "mockupaws_server_clock_ahead_seconds",
                    "The server's clock against this host's",
                    seconds(by)));
    facts
        .storeAhead()
        .ifPresent(
            by ->
                gauge(
                    "mockupaws_store_clock_ahead_seconds",
                    "The store's clock against this host's",
                    seconds(by)));
  }

  private void tasks(HealthFacts facts) {
    for (Task task : Task.values()) {
      String prefix = task.isBackup() ? "backup" : "mockupaws_" + task.word();
      List<String> labels = new ArrayList<>(List.of("cluster", cluster));
      if (task.isBackup()) {
        labels.addAll(List.of("type", task.word()));
      }
      String[] names = labels.toArray(String[]::new);
      facts
          .newestGood(task)
          .ifPresent(
              at ->
                  metrics.add(
                      Metric.gauge(
                          prefix + "_last_success_timestamp",
                          "When the newest good one ended",
                          seconds(at),
                          names)));
      metrics.add(
          Metric.counter(
              prefix + "_failures", "Runs that failed", facts.runs(task).failures(), names));
    }
  }

  private void status(StatusAnswer status) {
    gauge("mockupaws_server_reachable", "1 when it answered", status.serverReachable() ? 1 : 0);
    gauge("mockupaws_lag_bytes", "WAL that would be lost", status.lagBytes());
    gauge("mockupaws_lag_seconds", "Time that would be lost", seconds(status.lagMillis()));
    gauge("mockupaws_rpo_objective_seconds", "Of it", status.rpoObjectiveMillis() / 1000.0);
    gauge(
        "mockupaws_slot_active",
        "1 while somebody streams by the slot",
        status.slotActive().map(active -> active ? 1 : 0));
    gauge(
        "mockupaws_slot_held_bytes",
        "WAL that the server keeps for the slot",
        status.slotHeldBytes());
    gauge("mockupaws_slot_limit_bytes", "From which on it is an alarm", status.slotLimitBytes());
    gauge(
        "mockupaws_window_from_timestamp",
        "The oldest moment that can be recovered",
        status.windowFrom().map(ClusterMetrics::seconds));
    gauge(
        "mockupaws_window_to_timestamp",
        "The newest moment that can be recovered",
        status.windowTo().map(ClusterMetrics::seconds));
    gauge("mockupaws_holes", "Where WAL is missing in the window", status.holes());
    gauge("mockupaws_backups", "Backups that can be read", status.backups());
    recovery(status.recovery());
    for (StoreStanding store : status.stores()) {
      ofStore("mockupaws_store_reachable", "1 when it answered", store, store.reachable() ? 1 : 0);
      ofStore(
          "mockupaws_store_lacked_bytes",
          "Bytes that another store has and it lacks",
          store,
          (double) store.lackedBytes());
    }
  }

  private void ofStore(String name, String help, StoreStanding store, double value) {
    metrics.add(Metric.gauge(name, help, value, "cluster", cluster, "store", store.address()));
  }

  private void recovery(RecoveryOutlook recovery) {
    gauge(
        "mockupaws_rto_objective_seconds",
        "How long a recovery may take",
        recovery.objectiveMillis() / 1000.0);
    gauge(
        "mockupaws_recovery_predicted_seconds",
        "How long it would take",
        seconds(recovery.predictedMillis()));
    gauge(
        "mockupaws_recovery_passes_seconds",
        "Until the objective is passed without another backup",
        recovery.passesAfterSeconds());
    recovery
        .last()
        .ifPresent(
            last -> {
              gauge(
                  "mockupaws_recovery_measured_seconds",
                  "How long the newest measured one took",
                  last.rtoMillis() / 1000.0);
              gauge("mockupaws_recovery_measured_timestamp", "When that was", seconds(last.at()));
            });
  }

  private void backups(HealthFacts facts) {
    facts.backups().reversed().stream()
        .findFirst()
        .ifPresent(
            newest -> {
              gauge(
                  "mockupaws_backup_corrupt_pages",
                  "In the newest backup",
                  newest.corruptPages().size());
              gauge(
                  "mockupaws_backup_stored_bytes",
                  "What the newest one takes besides earlier ones",
                  newest.sealedBytes());
              gauge(
                  "mockupaws_backup_seconds",
                  "How long the newest one took",
                  seconds(Duration.between(newest.startedAt(), newest.stoppedAt())));
            });
  }

  private void server(ServerStatistics server) {
    server
        .archiver()
        .ifPresent(
            archiver -> {
              metrics.add(
                  Metric.counter(
                      "mockupaws_archiver_failures",
                      "Of the server's archive_command, since its counters were reset",
                      archiver.failed(),
                      "cluster",
                      cluster));
              archiver
                  .lastArchived()
                  .ifPresent(
                      at ->
                          gauge(
                              "mockupaws_archiver_lag_seconds",
                              "Since the server's archive_command last took a segment",
                              seconds(Duration.between(at, server.clock()))));
            });
    for (ServerStatistics.SlotLag slot : server.slots()) {
      metrics.add(
          Metric.gauge(
              "mockupaws_replication_slot_lag_bytes",
              "WAL that the server keeps for each slot",
              slot.lagBytes(),
              "cluster",
              cluster,
              "slot",
              slot.name()));
    }
    for (ServerStatistics.Standby standby : furthestBehind(server.standbys())) {
      ofStandby(
          "mockupaws_replication_lag_bytes",
          "WAL that who streams has not flushed",
          standby,
          standby.lagBytes());
      standby
          .lagSeconds()
          .ifPresent(
              lag ->
                  ofStandby(
                      "mockupaws_replication_lag_seconds",
                      "Until who streams said that it is flushed",
                      standby,
                      lag));
    }
  }

  /** Names need not be unique, labels have to: of several of a name the one that lags most. */
  private static Collection<ServerStatistics.Standby> furthestBehind(
      List<ServerStatistics.Standby> standbys) {
    Map<String, ServerStatistics.Standby> byName = new LinkedHashMap<>();
    standbys.forEach(
        one -> byName.merge(one.name(), one, (a, b) -> a.lagBytes() >= b.lagBytes() ? a : b));
    return byName.values();
  }

  private void ofStandby(String name, String help, ServerStatistics.Standby standby, long value) {
    ofStandby(name, help, standby, (double) value);
  }

  private void ofStandby(String name, String help, ServerStatistics.Standby standby, double value) {
    metrics.add(Metric.gauge(name, help, value, "cluster", cluster, "application", standby.name()));
  }
}
