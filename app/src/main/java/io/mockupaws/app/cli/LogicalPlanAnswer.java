package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.logical.LogicalPlan;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;

/** The answer of {@code backup --kind logical --dry-run}. */
record LogicalPlanAnswer(
    String cluster,
    String repository,
    String kind,
    String server,
    int postgresVersion,
    String clientTools,
    int cores,
    List<Database> databases,
    List<String> filters,
    List<String> warnings)
    implements Answer {

  /** One that would be dumped. */
  record Database(String name, long bytes) {}

  static LogicalPlanAnswer of(ClusterRepository cluster, LogicalPlan plan) {
    return new LogicalPlanAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        "logical",
        plan.server().toString(),
        plan.serverVersion(),
        plan.tools().version() + " in " + plan.tools().directory(),
        plan.cores(),
        plan.databases().stream().map(one -> new Database(one.name(), one.bytes())).toList(),
        plan.request().filters().words(),
        plan.warnings());
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field("cluster", cluster + " in " + repository),
            new Field("would dump", server + ", logically"),
            new Field("client programs", clientTools),
            new Field("compressing", Units.count(cores, "core"))));
    paper.table(
        List.of("database", "on the server"),
        databases.stream().map(one -> List.of(one.name(), Units.bytes(one.bytes()))).toList());
    filters.forEach(paper::item);
    warnings.forEach(warning -> paper.item("warning: " + warning));
    paper.line("dry run: nothing was changed");
  }
}
