package io.mockupaws.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The command line, run each time as a fresh process: by a user of choice, with an environment that
 * holds only what was given, in a home that was empty when the program was made.
 */
public final class Program implements AutoCloseable {

  private final HostUser user;
  private final Path home;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<RunningProgram> running = new ArrayList<>();

  private Program(HostUser user, Path home) {
    this.user = user;
    this.home = home;
  }

  /** For that user; the binaries' folder stands first in the search path. */
  public static Program as(HostUser user, Path binaries) {
    try {
      Path home = Files.createTempDirectory("mockupaws-it-home-");
      // The demo as root starts a server as another user, who must get through to its directory.
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
      user.own(home);
      Program program = new Program(user, home);
      program
          .with("PATH", binaries + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
          .with("HOME", home.toString())
          .with("TMPDIR", home.toString())
          // what is compared with a source must not get a table meanwhile
          .with("BACKUP_HISTORY_URL", "none");
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets a variable. */
  public Program with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets variables. */
  public Program with(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Takes a variable away. */
  public Program without(String name) {
    environment.remove(name);
    return this;
  }

  public HostUser user() {
    return user;
  }

  /** A folder of this user's, empty but for what its programs left there. */
  public Path home() {
    return home;
  }

  /** Runs a command to its end, whatever that is; the answer is asked as JSON. */
  public Outcome run(String... arguments) {
    return start(arguments).await();
  }

  /** Runs a command that has to end well, and gives its answer. */
  public JsonNode answer(String... arguments) {
    Outcome outcome = run(arguments);
    assertThat(outcome.status()).as(outcome.told()).isZero();
    return outcome.json();
  }

  /** Runs a command to its end; the answer is for people. */
  public Outcome text(String... arguments) {
    return launch(List.of(arguments), List.of()).await();
  }

  /** Starts a command that goes on beside the test; it ends with this object at the latest. */
  public RunningProgram start(String... arguments) {
    return launch(List.of(arguments), List.of("--output", "json"));
  }

  private RunningProgram launch(List<String> arguments, List<String> more) {
    // A shell in the background hands on that SIGINT is ignored.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
    command.addAll(Installation.shared().command(home));
    command.addAll(arguments);
    command.addAll(more);
    try {
      Path out = Files.createTempFile("mockupaws-it-", ".out");
      Path err = Files.createTempFile("mockupaws-it-", ".err");
      ProcessBuilder builder = new ProcessBuilder(user.command(command)).directory(home.toFile());
      builder.redirectInput(new File("/dev/null"));
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      RunningProgram program =
          new RunningProgram(String.join(" ", arguments), builder.start(), out, err);
      running.add(program);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What its programs have left in their home, apart from configuration: relative paths. */
  public List<String> leftovers() {
    return Tree.of(home).keySet().stream()
        .filter(path -> !path.equals(home))
        .map(path -> home.relativize(path).toString())
        .sorted()
        .toList();
  }

  /** How long anything may take before a test gives up. */
  public static Duration patience() {
    return Duration.ofMinutes(5);
  }

  @Override
  public void close() {
    running.forEach(RunningProgram::close);
    FileTrees.delete(home);
  }
}
