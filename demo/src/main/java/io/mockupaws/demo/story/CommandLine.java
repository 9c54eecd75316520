package io.mockupaws.demo.story;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The real command line as processes of their own, with an environment that holds nothing but what
 * is given here and an empty home. Secrets go in the environment, never among the arguments.
 */
final class CommandLine {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TAIL_LINES = 15;

  private final List<String> program;
  private final Map<String, String> environment;
  private final Path home;
  private final Workplace workplace;
  private final Narrator narrator;

  CommandLine(
      List<String> program,
      Map<String, String> environment,
      Path home,
      Workplace workplace,
      Narrator narrator) {
    this.program = List.copyOf(program);
    this.environment = Map.copyOf(environment);
    this.home = home;
    this.workplace = workplace;
    this.narrator = narrator;
  }

  /**
   * Runs a command to its end and gives its answer.
   *
   * @throws DemoFailure with what it printed when it did not end well
   */
  JsonNode run(String... arguments) {
    Path answer = file("answer");
    Path messages = file("messages");
    Process process = start(answer, messages, arguments);
    int status = waitFor(process);
    if (status != 0) {
      throw new DemoFailure(
          "%s ended with status %d:%n%s%n%s"
              .formatted(typed(arguments), status, tail(messages), tail(answer)));
    }
    try {
      return JSON.readTree(answer.toFile());
    } catch (JacksonException e) {
      throw new DemoFailure(typed(arguments) + " printed no JSON: " + tail(answer), e);
    }
  }

  /** Starts a command that goes on until it is killed. */
  Background background(String... arguments) {
    Path messages = file("messages");
    return new Background(start(file("answer"), messages, arguments), messages);
  }

  /** A command that goes on beside the story. */
  record Background(Process process, Path messages) {

    /** SIGKILL: it has no chance to tidy up. */
    void kill() {
      process.destroyForcibly();
      waitFor(process);
    }

    /**
     * Demands that it still runs.
     *
     * @throws DemoFailure with what it printed
     */
    void demandAlive() {
      if (!process.isAlive()) {
        throw new DemoFailure("a background command ended: " + tail(messages));
      }
    }
  }

  private Process start(Path answer, Path messages, String... arguments) {
    narrator.command(typed(arguments));
    List<String> command = new ArrayList<>(program);
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--output", "json"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(answer.toFile()).redirectError(messages.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      workplace.atEndKill(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String typed(String... arguments) {
    return Arrays.stream(arguments)
        .map(word -> word.matches("[A-Za-z0-9_@%+=:,./?-]*") ? word : "'" + word + "'")
        .collect(Collectors.joining(" ", "mockupaws ", ""));
  }

  private Path file(String kind) {
    try {
      return Files.createTempFile(home, kind + "-", ".txt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DemoFailure("interrupted", e);
    }
  }

  private static String tail(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
