package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.engine.cluster.Finding;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.util.List;
import java.util.Locale;

/** The answer of {@code init}. */
record InitAnswer(
    String repository,
    String repositoryId,
    boolean repositoryCreated,
    boolean encrypted,
    String cluster,
    boolean clusterCreated,
    String systemIdentifier,
    int postgresVersion,
    boolean roleMade,
    boolean streams,
    String slot,
    String standbyName,
    boolean ready,
    List<Check> checks,
    List<StoreLook.StoreLine> stores,
    List<String> storeProblems)
    implements Answer {

  /** Something that was looked at on the server. */
  record Check(String weight, String subject, String what, String remedy, boolean needsRestart) {}

  /** What was made by this call. */
  record Made(boolean repository, boolean cluster, boolean role) {}

  static InitAnswer of(
      StoreLook stores,
      Made made,
      Repository repository,
      ClusterRepository cluster,
      ServerFacts facts,
      ClusterConfig setting,
      List<Finding> findings) {
    String slot = setting.slot();
    return new InitAnswer(
        repository.store().address(),
        repository.id(),
        made.repository(),
        repository.encrypted(),
        cluster.identity().name(),
        made.cluster(),
        Long.toUnsignedString(facts.systemIdentifier()),
        facts.version(),
        made.role(),
        setting.streams(),
        slot,
        slot, // a stream is known to the server by its slot's name
        findings.stream().noneMatch(f -> f.weight() == Finding.Weight.MISSING),
        findings.stream().map(InitAnswer::check).toList(),
        stores.stores(),
        stores.problems());
  }

  private static Check check(Finding finding) {
    return new Check(
        finding.weight().name().toLowerCase(Locale.ROOT),
        finding.subject(),
        finding.what(),
        finding.remedy(),
        finding.restart());
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field(
                "repository",
                repository
                    + (repositoryCreated ? ", made" : ", was there")
                    + (encrypted ? ", encrypted" : ", NOT encrypted")),
            new Field(
                "cluster",
                cluster
                    + (clusterCreated ? ", entered" : ", was there")
                    + ", PostgreSQL "
                    + Units.postgres(postgresVersion)
                    + ", system identifier "
                    + systemIdentifier),
            new Field("slot", streams ? slot : "none: stream is off")));
    for (Check check : checks) {
      String restart = check.needsRestart() ? " (takes a restart of the server)" : "";
      switch (check.weight()) {
        case "fine" -> paper.item("ok       " + check.subject() + ": " + check.what());
        case "warning" -> paper.item("warning  " + check.subject() + ": " + check.what());
        default -> paper.item("MISSING  " + check.subject() + ": " + check.what());
      }
      if (!check.remedy().isEmpty()) {
        paper.item("  -> " + check.remedy() + restart);
      }
    }
    storeProblems.forEach(problem -> paper.item("PROBLEM  " + problem));
    if (encrypted && repositoryCreated) {
      paper.line(
          "Keep the encryption key in a second place: without it nothing in the repository can be"
              + " read, by anybody.");
    }
    if (!streams) {
      paper.line(
          "protected by dumps alone: what is written behind the last one is lost; next: mockupaws"
              + " backup --kind logical, and mockupaws serve");
      return;
    }
    paper.line(
        "To lose no commit at all, let commits wait until they are in the repository, once a stream"
            + " runs: ALTER SYSTEM SET synchronous_standby_names = '"
            + standbyName
            + "'; SELECT pg_reload_conf();");
    paper.line(
        ready
            ? "ready; next: mockupaws stream, then mockupaws backup"
            : "not ready: mend what is MISSING, then run mockupaws init again");
  }

  @Override
  public boolean promisesKept() {
    return ready && storeProblems.isEmpty();
  }
}
