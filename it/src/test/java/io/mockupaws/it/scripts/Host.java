package io.mockupaws.it.scripts;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Installation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A host with an installation of its own, an environment file and a cron that knows nothing else.
 */
final class Host implements AutoCloseable {
  private final Path folder;

  /** How a line ended. */
  record Ended(int status, String said) {}

  Host() {
    try {
      folder = Files.createTempDirectory("mockupaws-it-host-");
      // a server that is started as another user must get through
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Path installation = Files.createDirectory(folder.resolve("mockupaws"));
      HostCommand.run(
          "cp", "-r", Path.of("..", "scripts").toRealPath().toString(), installation.toString());
      Path program = installation.resolve("mockupaws");
      Files.writeString(
          program,
          "#!/bin/sh\nexec "
              + String.join(" ", Installation.shared().command(folder))
              + " \"$@\"\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createDirectory(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** The environment file, as systemd and the scripts read one. */
  Path environment(Map<String, String> variables, String... more) {
    List<String> lines = new ArrayList<>(List.of("# what the contract names", ""));
    variables.forEach((name, value) -> lines.add(name + "='" + value + "'"));
    lines.addAll(Arrays.asList(more));
    try {
      return Files.write(folder.resolve("environment"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As cron runs a command: next to no environment, in another directory. */
  Ended cron(String command) {
    return cron(List.of("MOCKUPAWS_ENVIRONMENT=" + folder.resolve("environment")), command);
  }

  /** As above, with the variables that stand in the crontab. */
  Ended cron(List<String> variables, String command) {
    List<String> words =
        new ArrayList<>(
            List.of("env", "-i", "SHELL=/bin/sh", "LOGNAME=root", "PATH=/usr/bin:/bin"));
    words.addAll(variables);
    words.addAll(List.of("/bin/sh", "-c", placed(command)));
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(new File("/")).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The places of this host instead of those of the samples. */
  String placed(String text) {
    return text.replace("/opt/mockupaws", folder.resolve("mockupaws").toString())
        .replace("/var/log/mockupaws", folder.resolve("log").toString());
  }

  /** What runs left in the folder of logs with such names, oldest first. */
  List<Path> logs(String beginning, String end) {
    Path logs = folder.resolve("mockupaws/storage/logs");
    try (Stream<Path> files = Files.list(logs)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(beginning) && name.endsWith(end);
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    FileTrees.delete(folder);
  }
}
