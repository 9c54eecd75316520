package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.SlotUsage;
import io.mockupaws.engine.cluster.Slots;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.restore.RestoreForecast;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/** One look at a cluster: what its server, its repository and the stores say. */
final class StatusLook {
  /** Long enough for a lull and a burst, short enough to tell of the day that it is. */
  private static final Duration LATELY = Duration.ofHours(1);

  private final Session session;
  private final Config config;
  private final OpenCluster open;

  StatusLook(Session session, Config config, OpenCluster open) {
    this.session = session;
    this.config = config;
    this.open = open;
  }

  /**
   * What was seen.
   *
   * @param reasons what is wrong
   * @param backups those that can be read and whose place no consolidation has taken, oldest first
   * @param more what else was asked of the server; empty where it did not answer
   */
  record Seen<T>(
      StatusAnswer answer, List<Reason> reasons, List<ManifestHead> backups, Optional<T> more) {}

  /** Looks. */
  StatusAnswer look() {
    return look(_ -> true).answer();
  }

  /**
   * Looks.
   *
   * @param question what else is asked of the server, in the same session
   */
  <T> Seen<T> look(Function<ServerSession, T> question) {
    ClusterConfig setting = config.clusterConfig(open.cluster().identity().name());
    // The server first: what it had then is what the repository must have by now.
    Asked<T> asked =
        config
            .server()
            .map(url -> ask(url, setting, question))
            .orElse(new Asked<>(ServerLook.none(), Optional.empty()));
    Journal journal = new Journal(open.cluster());
    JournalView view = journal.settledView();
    StatusFinder.Backups backups = StatusFinder.Backups.of(open.cluster());
    Optional<Window> window =
        view.newestTimeline().map(timeline -> journal.window(view, timeline, backups.readable()));
    RecoveryOutlook recovery = outlook(setting, journal, view, backups, window);
    StatusFinder finder = new StatusFinder(open.cluster(), setting, session.now());
    StatusAnswer answer =
        finder.answer(asked.server, StoreLook.at(open.cluster()), view, backups, window, recovery);
    return new Seen<>(answer, finder.reasons(), backups.counted(), asked.more);
  }

  private RecoveryOutlook outlook(
      ClusterConfig setting,
      Journal journal,
      JournalView view,
      StatusFinder.Backups backups,
      Optional<Window> window) {
    List<Measurement> measured = new Measurements(open.cluster()).newest();
    Rates rates = Rates.of(measured);
    return RecoveryOutlook.of(
        setting.rto(),
        unlessDamaged(
            () -> RestoreForecast.of(open.cluster(), journal, view, backups.readable(), rates),
            Optional.empty()),
        unlessDamaged(
            () ->
                window
                    .map(known -> journal.production(view, known, LATELY))
                    .orElse(OptionalDouble.empty()),
            OptionalDouble.empty()),
        measured);
  }

  /** What is damaged in the middle is found by verify; all else is shown all the same. */
  private static <T> T unlessDamaged(Supplier<T> figure, T none) {
    try {
      return figure.get();
    } catch (Failure e) {
      return switch (e.code()) {
        case DAMAGED_OBJECT, OBJECT_MISSING, WAL_DAMAGED, WAL_HOLE -> none;
        default -> throw e;
      };
    }
  }

  private record Asked<T>(ServerLook server, Optional<T> more) {}

  private <T> Asked<T> ask(
      ServerUrl url, ClusterConfig setting, Function<ServerSession, T> question) {
    ServerAddress address;
    try {
      address = session.parts().address(url);
    } catch (Failure e) {
      return new Asked<>(ServerLook.unreachable("", e), Optional.empty());
    }
    try (ServerSession server = ServerSession.open(address)) {
      if (!setting.streams()) {
        ServerLook alone =
            ServerLook.of(
                address.toString(),
                ServerPosition.read(server),
                new Slots(server).find(setting.slot()),
                Optional.empty(),
                Optional.empty());
        return new Asked<>(alone, Optional.of(question.apply(server)));
      }
      ServerLook look =
          ServerLook.of(
              address.toString(),
              ServerPosition.read(server),
              new Slots(server).find(setting.slot()),
              SlotUsage.read(server, setting.slot())
                  .map(usage -> PrimaryDisk.of(usage, setting.diskLimit(), OptionalDouble.empty())),
              new Slots(server).syncState(setting.slot()));
      return new Asked<>(look, Optional.of(question.apply(server)));
    } catch (Failure e) {
      return new Asked<>(ServerLook.unreachable(address.toString(), e), Optional.empty());
    }
  }
}
