package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.DamagedWal;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.PrimaryDisk;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.app.config.StreamChoice;
import io.mockupaws.app.daemon.HealthAnswer;
import io.mockupaws.app.daemon.HttpFront;
import io.mockupaws.app.daemon.Metric;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.notice.Channel;
import io.mockupaws.engine.notice.Notices;
import io.mockupaws.engine.repository.HostName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Does by itself all that protects the clusters, and says how they stand. */
@Command(
    name = "serve",
    description = {
      "Does by itself, until it is stopped, all that protects the clusters: brings WAL in as stream"
          + " does, takes backups and cleans up by the schedule, and catches up what was missed"
          + " while it did not run. One process for all clusters that the configuration names.",
      "Answers GET /health/backup, 200 when every promise is kept and 503 when not, with reasons"
          + " and next steps, and GET /metrics for Prometheus.",
      "Reads the configuration again on SIGHUP: the stream goes on. Ends within ten seconds after"
          + " SIGTERM; what was received and not stored is stored by the next start."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws serve",
      "  mockupaws serve --port 9000 --listen 0.0.0.0",
      "  curl -s http://127.0.0.1:8000/health/backup"
    })
final class ServeCommand implements AnsweringOperation {
  private static final Need[] NEEDS = {Need.REPOSITORY, Need.SERVER, Need.KEY};

  private final Session session;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "where it answers (default: serve.port, 8000); 0: any that is free, and it says which")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "of this host (default: serve.listen, 127.0.0.1)")
  private Optional<String> listen = Optional.empty();

  ServeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (port.filter(n -> n < 0 || n > 65_535).isPresent()) {
      problems.wrong("--port", "expected a number from 0 to 65535");
    }
    Map<String, Config> configs = configs(problems);
    List<Channel> channels = session.notices(problems);
    problems.throwIfAny();
    try (Notices notices =
        new Notices(
            channels, f -> session.screen().say(Units.time(session.now()) + " " + f.what()))) {
      return serve(configs, notices);
    }
  }

  private Answer serve(Map<String, Config> configs, Notices notices) {
    CountDownLatch stop = new CountDownLatch(1);
    Map<String, ServedCluster> clusters = new LinkedHashMap<>();
    configs.forEach(
        (name, config) ->
            clusters.put(name, new ServedCluster(session, config, stop, name, notices)));
    List<ServedCluster> all = List.copyOf(clusters.values());
    Config first = all.getFirst().config();
    try (HttpFront front =
        HttpFront.start(
            listen.orElse(first.daemon().listen()),
            port.orElse(first.daemon().port()),
            () -> health(all),
            () -> metrics(all),
            session.screen()::redact)) {
      session.parts().stop().watch(stop::countDown);
      session.parts().onReload(() -> reload(clusters));
      session
          .screen()
          .say(
              Units.time(session.now())
                  + " serving "
                  + String.join(", ", clusters.keySet())
                  + " at http://"
                  + listen.orElse(first.daemon().listen())
                  + ":"
                  + front.port());
      return new ServeAnswer(run(all));
    }
  }

  /** One for each cluster of the file; without any, the one of the environment. */
  private Map<String, Config> configs(Problems problems) {
    Map<String, Config> configs = new LinkedHashMap<>();
    for (Optional<String> name : session.clusterNames()) {
      Config config = session.configOf(name, problems, NEEDS);
      // The host's name tells nameless ones apart where several hosts tell the same people.
      configs.put(name.or(config::cluster).orElse("the cluster of " + HostName.own()), config);
    }
    return configs;
  }

  private static List<ServeAnswer.Ended> run(List<ServedCluster> clusters) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ServeAnswer.Ended>> running = new ArrayList<>();
      clusters.forEach(cluster -> running.add(threads.submit(cluster::run)));
      List<ServeAnswer.Ended> ended = new ArrayList<>();
      for (Future<ServeAnswer.Ended> one : running) {
        ended.add(one.get());
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private HealthAnswer health(List<ServedCluster> clusters) {
    return HealthAnswer.of(session.now(), clusters.stream().map(ServedCluster::health).toList());
  }

  private static List<Metric> metrics(List<ServedCluster> clusters) {
    List<Metric> metrics = new ArrayList<>();
    Map<String, StoreRoom> rooms = new LinkedHashMap<>();
    for (ServedCluster cluster : clusters) {
      metrics.addAll(cluster.metrics());
      cluster.rooms().forEach(room -> rooms.put(room.address(), room));
    }
    metrics.addAll(ClusterMetrics.of(List.copyOf(rooms.values())));
    return metrics;
  }

  /** What is wrong is told, and all goes on as it was. */
  private void reload(Map<String, ServedCluster> clusters) {
    try {
      Problems problems = new Problems();
      Map<String, Config> configs = configs(problems);
      problems.throwIfAny();
      clusters.forEach(
          (name, served) -> {
            Config other = configs.get(name);
            if (other == null) {
              served.keep(List.of(changed("the configuration does not name the cluster any more")));
            } else if (needsStart(served.config(), other)) {
              served.keep(
                  List.of(
                      changed(
                          "the configuration has another repository, server, port, or setting of"
                              + " the stream")));
            } else {
              served.reload(other);
            }
          });
      session.screen().say(Units.time(session.now()) + " the configuration was read again");
    } catch (Failure e) {
      Reason wrong =
          new Reason(
              "configuration",
              "the configuration is wrong, and the one from before is used: " + e.what(),
              "correct it, and send SIGHUP again");
      clusters.values().forEach(served -> served.keep(List.of(wrong)));
      session.screen().say(Units.time(session.now()) + " " + wrong.text());
    }
  }

  private static Reason changed(String what) {
    return new Reason(
        "configuration",
        what + ": all goes on as before, until the next start",
        "restart mockupaws serve");
  }

  /** What a stream and an open repository were begun with. */
  static boolean needsStart(Config before, Config after) {
    return !before.repository().equals(after.repository())
        || !before.server().map(ServerUrl::reveal).equals(after.server().map(ServerUrl::reveal))
        || before.daemon().port() != after.daemon().port()
        || !before.daemon().listen().equals(after.daemon().listen())
        || !streams(before).equals(streams(after));
  }

  /** What a stream goes by for as long as it runs. */
  private record Streaming(
      String cluster,
      StreamChoice stream,
      String slot,
      PrimaryDisk disk,
      OptionalLong diskLimit,
      DamagedWal damaged) {}

  private static List<Streaming> streams(Config config) {
    return config.clusters().values().stream()
        .map(
            one ->
                new Streaming(
                    one.name(),
                    one.stream(),
                    one.slot(),
                    one.disk(),
                    one.diskLimit(),
                    one.damagedWal()))
        .toList();
  }
}
