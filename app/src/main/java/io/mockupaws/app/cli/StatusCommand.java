package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.Failure;
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
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** Shows whether the cluster is protected now. */
@Command(
    name = "status",
    description = {
      "Shows whether the cluster is protected now: how far the repository is behind the server, in"
          + " bytes and milliseconds, the restorable window, the last backups, how long a recovery"
          + " would take and the last one took, the slot, who is at work. Ends with status 3 when"
          + " an objective is missed.",
      "Without a reachable server it shows what the repository knows."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws status", "  mockupaws status --output json"})
final class StatusCommand implements AnsweringOperation {
  /** Long enough for a lull and a burst, short enough to tell of the day that it is. */
  private static final Duration LATELY = Duration.ofHours(1);

  private final Session session;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      ClusterConfig setting = config.clusterConfig(open.cluster().identity().name());
      // The server first: what it had then is what the repository must have by now.
      ServerLook server = config.server().map(url -> look(url, setting)).orElse(ServerLook.none());
      Journal journal = new Journal(open.cluster());
      JournalView view = journal.settledView();
      StatusFinder.Backups backups = StatusFinder.Backups.of(open.cluster());
      Optional<Window> window =
          view.newestTimeline().map(timeline -> journal.window(view, timeline, backups.readable()));
      RecoveryOutlook recovery = outlook(open, setting, journal, view, backups, window);
      return new StatusFinder(open.cluster(), setting, session.now())
          .answer(server, StoreLook.at(open.cluster()), view, backups, window, recovery);
    }
  }

  private static RecoveryOutlook outlook(
      OpenCluster open,
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

  private ServerLook look(io.mockupaws.app.config.ServerUrl url, ClusterConfig setting) {
    ServerAddress address;
    try {
      address = session.parts().address(url);
    } catch (Failure e) {
      return ServerLook.unreachable("", e);
    }
    try (ServerSession server = ServerSession.open(address)) {
      return ServerLook.of(
          address.toString(),
          ServerPosition.read(server),
          new Slots(server).find(setting.slot()),
          SlotUsage.read(server, setting.slot())
              .map(usage -> PrimaryDisk.of(usage, setting.diskLimit(), OptionalDouble.empty())),
          new Slots(server).syncState(setting.slot()));
    } catch (Failure e) {
      return ServerLook.unreachable(address.toString(), e);
    }
  }
}
