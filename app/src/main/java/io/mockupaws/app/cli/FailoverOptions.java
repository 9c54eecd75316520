package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a failover. */
final class FailoverOptions {
  @Option(
      names = "--to-dir",
      paramLabel = "DIR",
      description = "where the server goes: a directory that is empty or not there yet")
  Optional<Path> directory = Optional.empty();

  @Option(
      names = "--drill",
      description =
          "do it beside production: the first store is left out though it answers, the copy is"
              + " proven and removed, the hook is not run")
  boolean drill;

  @Option(
      names = "--temp-dir",
      paramLabel = "DIR",
      description = "where the copy of a drill goes meanwhile (default: $TMPDIR, /tmp)")
  Optional<Path> temporary = Optional.empty();

  @Option(
      names = "--abandon-primary",
      description =
          "go on although the first store is ahead or the server answers: what they alone have is"
              + " lost")
  boolean abandon;

  @Option(
      names = "--hook",
      paramLabel = "FILE",
      description =
          "a program that tells the world outside (DNS, a pooler), run once the data are proven;"
              + " MOCKUPAWS_HOST, MOCKUPAWS_PORT and others tell it where the server is. Needs"
              + " --hook-local, or --keep-settings with --hook-unproven")
  Optional<Path> hook = Optional.empty();

  @Option(
      names = "--hook-local",
      description =
          "the hook is for this host alone (a pooler on it): the new server listens on localhost")
  boolean hookLocal;

  @Option(
      names = "--hook-unproven",
      description = "run the hook also where the data are not proven; never where they are damaged")
  boolean hookUnproven;

  @Option(
      names = "--hook-minutes",
      paramLabel = "N",
      description = "how long the hook may take, 1 to 1440; it is ended then (default: 10)")
  Optional<Integer> hookMinutes = Optional.empty();

  @Option(
      names = "--checks",
      paramLabel = "DIR",
      description =
          "your own questions to the database of DATABASE_URL, as in: mockupaws verify-data")
  Optional<Path> checks = Optional.empty();

  @Mixin CheckOptions checklist = new CheckOptions();

  @Option(names = "--port", paramLabel = "P", description = "its port (default: a free one)")
  Optional<Integer> port = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "U",
      description = "as whom it runs, when this is root (default: the data's owner, postgres)")
  Optional<String> user = Optional.empty();

  @Option(
      names = "--pg-bin",
      paramLabel = "DIR",
      description = "PostgreSQL's programs (default: $PATH and the usual places)")
  Optional<Path> binaries = Optional.empty();

  @Option(
      names = "--keep-settings",
      description = "keep the source's settings: archiving, replication, addresses")
  boolean keepSettings;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "reads of the repository at once, 1 to 256 (default: 8)")
  Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--dry-run",
      description = "look at the stores, make the plan, show both; change nothing")
  boolean dryRun;

  void check(Problems problems) {
    checklist.check(problems);
    if (drill == directory.isPresent()) {
      problems.wrong("--to-dir", "say where to, or --drill, whose copy is removed");
    }
    if (drill && keepSettings) {
      problems.wrong("--keep-settings", "the copy of a drill stays apart from everything");
    }
    if (drill && abandon) {
      problems.wrong("--abandon-primary", "means nothing with --drill: nothing is given up");
    }
    checkHook(problems);
    if (!drill && temporary.isPresent()) {
      problems.wrong("--temp-dir", "means nothing without --drill");
    }
    if (jobs.filter(n -> n < 1 || n > 256).isPresent()) {
      problems.wrong("--jobs", "expected a number from 1 to 256");
    }
    if (port.filter(p -> p < 1 || p > 65_535).isPresent()) {
      problems.wrong("--port", "expected a number from 1 to 65535");
    }
  }

  private void checkHook(Problems problems) {
    if (hook.isEmpty() && (hookLocal || hookUnproven || hookMinutes.isPresent())) {
      problems.wrong("--hook", "name the program that the other --hook options are for");
    }
    if (hookMinutes.filter(n -> n < 1 || n > 1440).isPresent()) {
      problems.wrong("--hook-minutes", "expected a number from 1 to 1440");
    }
    if (drill || hook.isEmpty()) {
      return;
    }
    if (!keepSettings && !hookLocal) {
      problems.wrong(
          "--hook-local",
          "the new server listens on localhost alone: say that the hook is for this host, or"
              + " --keep-settings");
    }
    if (keepSettings && hookLocal) {
      problems.wrong("--hook-local", "with --keep-settings it listens where the source did");
    }
    if (keepSettings && !hookUnproven) {
      problems.wrong(
          "--hook-unproven",
          "with --keep-settings nothing proves the data before the hook: say it");
    }
  }

  Duration hookLimit() {
    return Duration.ofMinutes(hookMinutes.orElse(10));
  }

  Path temporaryFolder() {
    return temporary.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }
}
