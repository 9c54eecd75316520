package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.configuration.ClusterConfiguration;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.configuration.GitTree;
import io.mockupaws.engine.configuration.VersionName;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code backup --kind config}. */
record ConfigurationTaken(
    String cluster,
    String repository,
    String kind,
    boolean dryRun,
    Optional<String> version,
    boolean stored,
    long storedBytes,
    Instant readAt,
    String readMode,
    List<ReadFile> files,
    List<LackingFile> lacking,
    int roles,
    int tablespaces,
    boolean passwords,
    Optional<Git> git,
    List<StoreLook.StoreLine> stores,
    boolean everywhere,
    List<String> warnings)
    implements Answer {

  /** A file that was read. */
  record ReadFile(String path, long bytes) {}

  /** One that the configuration names, and that could not be read. */
  record LackingFile(String path, String why) {}

  /** What was done in the git work tree. */
  record Git(String directory, Optional<String> commit) {}

  static ConfigurationTaken of(
      ClusterRepository cluster,
      Configurations.Taken taken,
      Optional<GitTree.Committed> committed,
      boolean dryRun) {
    StoreLook look = StoreLook.at(cluster);
    List<String> warnings = new ArrayList<>(taken.warnings());
    warnings.addAll(look.problems());
    ClusterConfiguration content = taken.content();
    return new ConfigurationTaken(
        cluster.identity().name(),
        cluster.store().address(),
        "config",
        dryRun,
        taken.version().map(VersionName::value),
        taken.stored(),
        taken.storedBytes(),
        content.readAt(),
        content.readMode(),
        content.files().stream()
            .map(file -> new ReadFile(file.path(), file.text().length()))
            .toList(),
        content.lacking().stream().map(one -> new LackingFile(one.path(), one.why())).toList(),
        content.globals().roles(),
        content.globals().tablespaces(),
        content.globals().passwords(),
        committed.map(one -> new Git(one.directory().toString(), one.commit())),
        look.stores(),
        look.problems().isEmpty(),
        warnings);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(new Field("version", version.map(this::told).orElse("would be stored: it differs")));
    fields.add(new Field("read", readMode.equals("sql") ? "over SQL" : "directly"));
    fields.add(
        new Field(
            "holds",
            Units.count(files.size(), "file")
                + ", "
                + Units.count(roles, "role")
                + (passwords ? " with hashes of passwords" : " without passwords")
                + ", "
                + Units.count(tablespaces, "tablespace")));
    git.ifPresent(
        one ->
            fields.add(
                new Field(
                    "git",
                    one.commit()
                        .map(commit -> "commit " + commit + " in " + one.directory())
                        .orElse("nothing to commit in " + one.directory()))));
    paper.fields(fields);
    files.forEach(file -> paper.item(file.path() + ", " + Units.bytes(file.bytes())));
    lacking.forEach(one -> paper.item("LACKING: " + one.path() + ": " + one.why()));
    warnings.forEach(warning -> paper.item("warning: " + warning));
  }

  private String told(String name) {
    return stored ? name : name + ": nothing has changed since, nothing is stored again";
  }

  @Override
  public boolean promisesKept() {
    return lacking.isEmpty() && everywhere;
  }
}
