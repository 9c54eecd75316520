package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.daemon.Metric;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerStatistics;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert on a metric that nobody emits never comes, and nobody misses it. */
class AlertMetricsTest {
  private static final Path ALERTS = Path.of("..", "monitoring", "alerts.yaml");
  private static final Pattern METRIC = Pattern.compile("\\b(?:mockupaws|backup|s3)_\\w+");
  private static final Pattern SELECTED = Pattern.compile("(\\w+)=~?\"([\\w|]+)\"");
  private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");
  private static final String OF_PROMETHEUS = "up{";

  @TempDir private Path dir;

  /** The metrics of a cluster of which everything is known, by the name that Prometheus shows. */
  private Map<String, List<Metric>> emitted() {
    Session session =
        new TestProgram()
            .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
            .with("BACKUP_SPOOL_DIR", dir.resolve("spool").toString())
            .with("BACKUP_REPOSITORY", SampleRepository.create(dir.resolve("repository"), "prod"))
            .session();
    List<Metric> all = new ArrayList<>();
    all.addAll(
        ClusterMetrics.of(
            "prod", Optional.of(everything(session)), Optional.of(streaming()), List.of()));
    all.addAll(ClusterMetrics.of(List.of(new StoreRoom("s3://a", OptionalLong.empty(), 1, 2))));
    Map<String, List<Metric>> byName = new TreeMap<>();
    for (Metric metric : all) {
      String shown =
          switch (metric.kind()) {
            case GAUGE -> metric.name();
            case COUNTER -> metric.name() + "_total";
          };
      byName.computeIfAbsent(shown, _ -> new ArrayList<>()).add(metric);
    }
    return byName;
  }

  private static HealthFacts everything(Session session) {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      TaskRuns runs = new TaskRuns(open.cluster(), () -> TestProgram.NOW, new SecureRandom());
      for (Task task : Task.values()) {
        runs.record(task, () -> 1, _ -> new RunOutcome(List.of(), 1, Optional.empty()));
      }
      HealthFacts found = new HealthLook(session, open).look(config, true);
      return new HealthFacts(
          found.at(),
          found.took(),
          status(found.status()),
          List.of(),
          found.backups(),
          found.runs(),
          Optional.of(
              new ServerStatistics(
                  TestProgram.NOW,
                  Optional.of(
                      new ServerStatistics.Archiver(
                          1, 1, Optional.of(TestProgram.NOW), Optional.of(TestProgram.NOW))),
                  List.of(new ServerStatistics.Standby("s", 1, OptionalDouble.of(1))),
                  List.of(new ServerStatistics.SlotLag("s", 1)))),
          Optional.of(Duration.ofSeconds(1)),
          Optional.of(Duration.ofSeconds(1)),
          Optional.of(new HealthFacts.Spool(Path.of("/"), 1, 2)));
    }
  }

  private static StatusAnswer status(StatusAnswer found) {
    return new StatusAnswer(
        found.cluster(),
        found.repository(),
        found.server(),
        true,
        Optional.of("0/1"),
        Optional.of("slot"),
        Optional.of(true),
        Optional.of("reserved"),
        Optional.of(1L),
        Optional.of(1L),
        Optional.of("async"),
        Optional.of("0/1"),
        Optional.of(1L),
        Optional.of(1L),
        1,
        Optional.of(TestProgram.NOW),
        Optional.of(TestProgram.NOW),
        0,
        1,
        Optional.empty(),
        List.of(),
        new RecoveryOutlook(
            1,
            Optional.empty(),
            Optional.of(1L),
            Optional.of(1L),
            Optional.of(1L),
            Optional.of(1L),
            false,
            false,
            Optional.of(1L),
            Optional.of(1L),
            Optional.empty()),
        List.of(),
        List.of(
            new StoreStanding(
                "s3://a",
                true,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())),
        List.of());
  }

  private static StreamState streaming() {
    Lsn at = Lsn.parse("0/3000100");
    return new StreamState(
        StreamState.Phase.STREAMING,
        Optional.empty(),
        at,
        at,
        at,
        at,
        0,
        Duration.ZERO,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        List.of(),
        false,
        List.of(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        0);
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(match.groupCount()))
        .toList();
  }

  @Test
  void everyAlertAsksForMetricsWithLabelsThatAreEmitted() throws IOException {
    Map<String, List<Metric>> emitted = emitted();
    List<String> alerts =
        Arrays.stream(Files.readString(ALERTS).split("- alert: ", -1)).skip(1).toList();
    assertThat(alerts).hasSizeGreaterThanOrEqualTo(15);
    for (String alert : alerts) {
      String name = alert.lines().findFirst().orElseThrow();
      String asked =
          alert.lines().filter(line -> line.strip().startsWith("expr: ")).findFirst().orElseThrow();
      if (asked.contains(OF_PROMETHEUS)) {
        continue;
      }
      List<String> metrics = all(METRIC, asked);
      assertThat(metrics).as(name).isNotEmpty().allSatisfy(m -> assertThat(emitted).containsKey(m));
      for (String metric : metrics) {
        List<Metric> values = emitted.getOrDefault(metric, List.of());
        assertThat(values)
            .as(name)
            .allSatisfy(v -> assertThat(v.labels().keySet()).containsAll(all(LABEL, alert)));
        SELECTED
            .matcher(asked)
            .results()
            .forEach(
                (MatchResult selected) ->
                    assertThat(values)
                        .as(name)
                        .extracting(value -> value.labels().get(selected.group(1)))
                        .contains(selected.group(2).split("[|]", -1)));
      }
    }
  }
}
