package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.FileTrees;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program as it would be installed: a copy of our class path that every user of the host can
 * read. The build's own files may lie in a home that nobody else can enter.
 */
public final class Installation {

  private static final String MAIN = "io.mockupaws.app.main.Main";
  private static final String WARM_UP = "io.mockupaws.app.main.WarmUp";

  private final Path folder;
  private final String classPath;

  private Installation(Path folder, String classPath) {
    this.folder = folder;
    this.classPath = classPath;
  }

  private static final class Holder {
    static final Installation SHARED = copy();
  }

  /** The one copy of this test run; it is removed when the run ends. */
  public static Installation shared() {
    return Holder.SHARED;
  }

  /** The command up to the program's arguments; temporary files go to that folder. */
  public List<String> command(Path temporary) {
    List<String> options =
        List.of(
            "-XX:AOTCache=" + cache(folder),
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary);
    return java(classPath, options, MAIN);
  }

  private static List<String> java(String classPath, List<String> options, String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xmx512m", "-Xlog:disable", "-Xlog:all=error:stderr"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    return command;
  }

  private static Path cache(Path folder) {
    return folder.resolve("mockupaws.aot");
  }

  /** As the launcher makes it: hundreds of starts in these tests are each two seconds shorter. */
  private static void makeCache(Path folder, String classPath) {
    Path cache = cache(folder);
    HostCommand.run(java(classPath, List.of("-XX:AOTCacheOutput=" + cache), WARM_UP));
    try {
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Installation copy() {
    try {
      Path folder = Files.createTempDirectory("mockupaws-it-program-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> FileTrees.delete(folder)));
      List<String> copies = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        Path source = Path.of(entry);
        if (Files.exists(source) && !source.endsWith("test-classes")) {
          Path copy = folder.resolve(copies.size() + "-" + source.getFileName());
          copy(source, copy);
          copies.add(copy.toString());
        }
      }
      String classPath = String.join(File.pathSeparator, copies);
      makeCache(folder, classPath);
      return new Installation(folder, classPath);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
