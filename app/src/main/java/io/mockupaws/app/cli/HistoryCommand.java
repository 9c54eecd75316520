package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.history.History;
import io.mockupaws.engine.history.HistoryRequest;
import io.mockupaws.engine.history.TablePattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells what happened to relations and databases. */
@Command(
    name = "history",
    description = {
      "Tells from the WAL in the repository what was dropped, truncated, rewritten and created, and"
          + " which transactions deleted or updated many rows: when, by which transaction, and the"
          + " target just before it, for restore --before. Needs no server.",
      "Only what was committed is told. A relation whose name is not known is told by the number of"
          + " its file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws history",
      "  mockupaws history --table 'sales.*' --since '2026-04-07 14:00:00'",
      "  mockupaws history --kind dropped,truncated,deleted --rows 100",
      "  mockupaws history --output json",
      "  mockupaws restore --to-dir /srv/pg --before 1-0/401CC18-1"
    })
final class HistoryCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--table",
      paramLabel = "PATTERN",
      description =
          "only relations of that name: orders, sales.orders or shop.sales.orders, with * for any"
              + " part")
  private Optional<String> table = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "only what was committed from then on; a time as for restore --target-time")
  private Optional<String> since = Optional.empty();

  @Option(names = "--until", paramLabel = "T", description = "only what was committed up to then")
  private Optional<String> until = Optional.empty();

  @Option(
      names = "--kind",
      paramLabel = "K",
      split = ",",
      description =
          "only these: dropped, truncated, altered, column-dropped, schema-dropped,"
              + " database-dropped, deleted, updated, rewritten, created, file-removed")
  private List<String> kinds = List.of();

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "from how many deleted or updated rows on a transaction is told (default: 1000)")
  private long rows = HistoryRequest.DEFAULT_ROWS;

  @Option(
      names = "--timeline",
      paramLabel = "latest|N",
      description = "on the way to which timeline (default: latest)")
  private String timeline = "latest";

  HistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    Config config = session.config(problems, Need.REPOSITORY, Need.KEY);
    HistoryRequest request = request(problems);
    problems.throwIfAny();
    try (OpenCluster open = session.openCluster(config)) {
      return HistoryAnswer.of(open.cluster(), new History(open.cluster()).read(request));
    }
  }

  private HistoryRequest request(Problems problems) {
    if (rows < 1) {
      problems.wrong("--rows", "expected a whole number from 1");
    }
    if (table.filter(String::isBlank).isPresent()) {
      problems.wrong("--table", "expected a name");
    }
    return new HistoryRequest(
        timeline(problems),
        time("--since", since, problems),
        time("--until", until, problems),
        kinds(problems),
        table.map(String::strip).map(TablePattern::new),
        Math.max(1, rows));
  }

  private Optional<Timeline> timeline(Problems problems) {
    if (timeline.equals("latest")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Timeline(Integer.parseUnsignedInt(timeline.strip())));
    } catch (IllegalArgumentException e) {
      problems.wrong("--timeline", "expected latest or a number from 1");
      return Optional.empty();
    }
  }

  private Optional<Instant> time(String option, Optional<String> text, Problems problems) {
    try {
      return text.map(
          said ->
              switch (TimeTarget.parse(said)) {
                case TimeTarget.Newest _ -> session.now();
                case TimeTarget.At at -> at.at();
              });
    } catch (Failure e) {
      problems.wrong(option, e.what() + "; " + e.nextStep());
      return Optional.empty();
    }
  }

  private Set<EventKind> kinds(Problems problems) {
    Set<EventKind> wanted = EnumSet.noneOf(EventKind.class);
    List<String> unknown = new ArrayList<>();
    for (String word : kinds) {
      EventKind.of(word.strip()).ifPresentOrElse(wanted::add, () -> unknown.add(word));
    }
    if (!unknown.isEmpty()) {
      problems.wrong(
          "--kind",
          "there is no "
              + String.join(", ", unknown)
              + "; expected of "
              + Arrays.stream(EventKind.values())
                  .map(EventKind::word)
                  .collect(Collectors.joining(", ")));
    }
    return wanted;
  }
}
