package io.mockupaws.it.archive;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
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
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The launcher as PostgreSQL calls it: a script of the host with an environment of its own. */
final class Launcher implements AutoCloseable {
  private final Path folder;
  private final HostUser user;

  /** How a call ended. */
  record Ended(int status, String said) {}

  Launcher(HostUser user, Map<String, String> environment) throws IOException {
    this.user = user;
    this.folder = Files.createTempDirectory("mockupaws-it-launcher-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("app/target"));
    Files.copy(Path.of("..", "mockupaws"), folder.resolve("mockupaws"));
    jar(folder.resolve("app/target/app.jar"));
    StringBuilder script = new StringBuilder("#!/bin/sh\n");
    environment.forEach((name, value) -> script.append("export " + name + "='" + value + "'\n"));
    script.append("exec " + folder.resolve("mockupaws") + " \"$@\"\n");
    Files.writeString(folder.resolve("archive"), script);
    HostCommand.run("chmod", "-R", "a+rX", folder.toString());
    HostCommand.run("chmod", "a+x", folder + "/mockupaws", folder + "/archive");
    HostCommand.run(folder.resolve("mockupaws").toString(), "--version"); // makes the cache
  }

  private static void jar(Path file) throws IOException {
    List<String> command = Installation.shared().command(Path.of("/tmp"));
    String classPath = command.get(command.indexOf("-cp") + 1);
    List<String> urls =
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toUri().toString())
            .toList();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", urls));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      out.finish();
    }
  }

  /** What stands in {@code archive_command} and {@code restore_command} before the arguments. */
  String command() {
    return folder.resolve("archive").toString();
  }

  /** Where it is installed. */
  Path folder() {
    return folder;
  }

  /** From now on nothing can be done but by handing it to a stream. */
  void removeProgram() throws IOException {
    Files.delete(folder.resolve("app/target/app.jar"));
  }

  Ended run(Map<String, String> more, String... arguments) {
    List<String> command = new ArrayList<>(List.of("env"));
    more.forEach((name, value) -> command.add(name + "=" + value));
    command.add(folder.resolve("mockupaws").toString());
    command.addAll(Arrays.asList(arguments));
    return end(command);
  }

  /** As above, for a process that finds a folder of the host empty. */
  Ended runWithout(Path hidden, Map<String, String> more, String... arguments) {
    String script = "mount -t tmpfs none " + hidden + " && exec env \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script, "sh"));
    more.forEach((name, value) -> command.add(name + "=" + value));
    command.add(folder.resolve("mockupaws").toString());
    command.addAll(Arrays.asList(arguments));
    return end(command);
  }

  Ended run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(command()));
    command.addAll(Arrays.asList(arguments));
    return end(command);
  }

  private Ended end(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(user.command(command))
            .redirectErrorStream(true)
            .directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    FileTrees.delete(folder);
  }
}
