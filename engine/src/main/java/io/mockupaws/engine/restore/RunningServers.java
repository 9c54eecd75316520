package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a server runs in a directory. PostgreSQL and all its children work in the data directory,
 * and the kernel tells that directory by device and number: a server in a container, under another
 * path or without its {@code postmaster.pid} is found too, and so are children that outlived it.
 * Where other users' processes are hidden from us, the lock file counts as PostgreSQL reads it
 * ({@code CreateLockFile}, src/backend/utils/init/miscinit.c), its shared memory included. A server
 * of another host on a shared file system cannot be seen.
 *
 * @param proc where the kernel shows its processes
 */
record RunningServers(Path proc) {
  static final RunningServers HOST = new RunningServers(Path.of("/proc"));

  private static final int PID_LINE = 0;
  private static final int SHARED_MEMORY_LINE = 6;

  /**
   * Refuses a directory in which, or below which, a process works.
   *
   * @throws Failure TARGET_RUNNING
   */
  void requireNone(Path directory) {
    Optional<String> found = user(directory).or(() -> byLockFile(directory));
    if (found.isPresent()) {
      throw new Failure(
          ErrorCode.TARGET_RUNNING,
          "a server is running in " + directory + ": " + found.get(),
          "stop it, and its service, so that nothing starts it again, and repeat the command; where"
              + " it is certain that only a stale postmaster.pid says so, remove that file");
    }
  }

  /** A process whose working directory is this one or lies in it. */
  private Optional<String> user(Path directory) {
    Optional<Object> key = key(directory);
    for (Path process : processes()) {
      Path works = process.resolve("cwd");
      boolean here = key.isPresent() && key.equals(key(works));
      if (here || target(works).filter(at -> at.startsWith(directory)).isPresent()) {
        return Optional.of("process " + process.getFileName() + " works in it");
      }
    }
    return Optional.empty();
  }

  /** The data directories of servers that run on this host, as their processes see them. */
  Set<Path> directories() {
    Set<Path> found = new HashSet<>();
    for (Path process : processes()) {
      Path works = process.resolve("cwd");
      if (Files.exists(works.resolve("PG_VERSION"))) {
        found.add(works);
      }
    }
    return found;
  }

  private Optional<String> byLockFile(Path directory) {
    List<String> lines =
        LocalFiles.read(directory.resolve("postmaster.pid"))
            .map(content -> new String(content, StandardCharsets.UTF_8).lines().toList())
            .orElse(List.of());
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String pid = lines.get(PID_LINE).strip().replace("-", "");
    Path process = proc.resolve(pid.isEmpty() ? "0" : pid);
    boolean hidden = Files.exists(process) && target(process.resolve("cwd")).isEmpty();
    if (hidden) {
      return Optional.of(
          "postmaster.pid names process " + pid + ", which is there and which we may not look at");
    }
    return lines.size() > SHARED_MEMORY_LINE && isAttached(lines.get(SHARED_MEMORY_LINE))
        ? Optional.of("processes are attached to its shared memory")
        : Optional.empty();
  }

  /** Line 7 is key and id; {@code nattch} is the seventh field of the kernel's table. */
  private boolean isAttached(String memory) {
    String[] wanted = memory.strip().split("\\s+", -1);
    return wanted.length == 2
        && LocalFiles.read(proc.resolve("sysvipc/shm"))
            .map(content -> new String(content, StandardCharsets.US_ASCII))
            .orElse("")
            .lines()
            .map(line -> line.strip().split("\\s+", -1))
            .anyMatch(
                fields ->
                    fields.length > 6
                        && fields[1].equals(wanted[1])
                        && isSameKey(fields[0], wanted[0])
                        && !fields[6].equals("0"));
  }

  private static boolean isSameKey(String kernel, String file) {
    try {
      return (int) Long.parseLong(kernel) == (int) Long.parseLong(file);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private List<Path> processes() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      entries.forEach(found::add);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "cannot look whether a server runs: " + e.getMessage(),
          "run the command where " + proc + " shows the processes",
          e);
    }
    return found;
  }

  private static Optional<Object> key(Path path) {
    try {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> target(Path link) {
    try {
      return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(Files.readSymbolicLink(link))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
