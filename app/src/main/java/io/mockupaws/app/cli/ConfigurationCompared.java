package io.mockupaws.app.cli;

import io.mockupaws.engine.configuration.ConfigurationDiff;
import io.mockupaws.engine.configuration.VersionName;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code config diff}. */
record ConfigurationCompared(
    String cluster,
    String repository,
    String from,
    Optional<String> to,
    boolean differs,
    List<FileDiff> files)
    implements Answer {

  /** A file that differs. */
  record FileDiff(String name, String change, String diff, String note) {}

  static ConfigurationCompared of(
      ClusterRepository cluster,
      VersionName from,
      Optional<VersionName> to,
      ConfigurationDiff diff) {
    return new ConfigurationCompared(
        cluster.identity().name(),
        cluster.store().address(),
        from.value(),
        to.map(VersionName::value),
        !diff.files().isEmpty(),
        diff.files().stream()
            .map(
                file ->
                    new FileDiff(
                        file.name(),
                        file.change().name().toLowerCase(Locale.ROOT),
                        String.join("\n", file.lines()),
                        file.note()))
            .toList());
  }

  @Override
  public void print(Paper paper) {
    String other = to.orElse("the running server");
    paper.line(from + " of cluster " + cluster + " and " + other);
    if (!differs) {
      paper.line("no difference");
    }
    for (FileDiff file : files) {
      if (!file.diff().isEmpty()) {
        paper.verbatim(file.diff());
      }
      if (!file.note().isEmpty() || file.diff().isEmpty()) {
        paper.item(
            file.name() + ": " + file.change() + (file.note().isEmpty() ? "" : ": " + file.note()));
      }
    }
  }
}
