package io.mockupaws.engine.configuration;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.restore.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A git work tree into which the readable files of a configuration are committed, below a folder of
 * the cluster's name and without secrets. The host's git does it, with the operator's settings and
 * hooks; nothing is ever pushed.
 */
public final class GitTree {
  private final Path directory;
  private final String cluster;
  private final String git;

  private GitTree(Path directory, String cluster, String git) {
    this.directory = directory;
    this.cluster = cluster;
    this.git = git;
  }

  /**
   * What was done.
   *
   * @param commit the commit that was made; empty where nothing had changed
   */
  public record Committed(Path directory, Optional<String> commit) {}

  /**
   * A work tree that is there.
   *
   * @throws Failure GIT where it is none, or there is no git
   */
  public static GitTree at(Path directory, String cluster) {
    String git =
        Commands.find("git")
            .map(Path::toString)
            .orElseThrow(
                () ->
                    new Failure(
                        ErrorCode.GIT, "there is no git on this host", "apt-get install git"));
    GitTree tree = new GitTree(directory.toAbsolutePath().normalize(), cluster, git);
    Outcome inside = tree.attempt("rev-parse", "--is-inside-work-tree");
    if (inside.status() != 0 || !inside.said().equals("true")) {
      throw new Failure(
          ErrorCode.GIT,
          directory + " is no git work tree: " + inside.said(),
          "make one: git init " + directory);
    }
    return tree;
  }

  /**
   * Writes the files and commits what changed.
   *
   * @throws Failure GIT, also where files of that folder were changed and not committed
   */
  public Committed commit(ClusterConfiguration configuration, String version) {
    Map<Path, byte[]> wanted = wanted(configuration);
    demandCommitted(wanted);
    wanted.forEach(
        (path, content) -> {
          if (!HostFiles.read(path).map(there -> Arrays.equals(there, content)).orElse(false)) {
            HostFiles.write(path, content, 0644);
          }
        });
    files().stream().filter(path -> !wanted.containsKey(path)).forEach(HostFiles::remove);
    run("add", "--update", "--", cluster);
    // Forced, since somebody may ignore *.conf; ours alone, since what else is ignored is theirs.
    List<String> add = new ArrayList<>(List.of("add", "--force", "--"));
    wanted.keySet().forEach(path -> add.add(path.toString()));
    run(add.toArray(String[]::new));
    if (attempt("diff", "--cached", "--quiet", "--", cluster).status() == 0) {
      return new Committed(directory, Optional.empty());
    }
    List<String> commit = new ArrayList<>(author());
    commit.addAll(
        List.of(
            "commit",
            "--quiet",
            "--message",
            "Configuration of " + cluster + " as of " + version,
            "--",
            cluster));
    run(commit.toArray(String[]::new));
    return new Committed(directory, Optional.of(run("rev-parse", "HEAD")));
  }

  private Map<Path, byte[]> wanted(ClusterConfiguration configuration) {
    Map<Path, byte[]> wanted = new LinkedHashMap<>();
    configuration
        .texts()
        .forEach(
            (name, text) ->
                wanted.put(
                    directory
                        .resolve(cluster)
                        .resolve(name.startsWith("/") ? name.substring(1) : name),
                    Veil.plain().over(text).getBytes(StandardCharsets.ISO_8859_1)));
    return wanted;
  }

  /** What git does not have must not be overwritten, unless it is what would be written. */
  private void demandCommitted(Map<Path, byte[]> wanted) {
    String top = run("rev-parse", "--show-toplevel");
    String status =
        run(
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=all",
            "--ignored=matching",
            "--",
            cluster);
    for (String entry : status.split("\0", -1)) {
      if (entry.length() < 4) {
        continue;
      }
      Path path = Path.of(top).resolve(entry.substring(3));
      if (entry.startsWith("!!") && !wanted.containsKey(path)) {
        continue; // git ignores it, and nothing here touches it
      }
      Optional<byte[]> there = HostFiles.read(path);
      byte[] ours = wanted.get(path);
      boolean same = there.isPresent() && ours != null && Arrays.equals(there.get(), ours);
      if (!same) {
        throw new Failure(
            ErrorCode.GIT,
            path + " was changed and is not committed",
            "commit it, or take the change back; nothing was written there");
      }
    }
  }

  /** What git has of the folder: what it does not have cannot be brought back, and stays. */
  private List<Path> files() {
    return Stream.of(run("ls-files", "-z", "--", cluster).split("\0", -1))
        .filter(name -> !name.isEmpty())
        .map(directory::resolve)
        .toList();
  }

  /** Where nobody has told git who commits, as from cron. */
  private List<String> author() {
    return attempt("config", "user.email").status() == 0
        ? List.of()
        : List.of("-c", "user.name=mockupaws", "-c", "user.email=mockupaws@localhost");
  }

  private record Outcome(int status, String said) {}

  private String run(String... arguments) {
    Outcome outcome = attempt(arguments);
    if (outcome.status() != 0) {
      throw new Failure(
          ErrorCode.GIT,
          "git failed in " + directory + ": " + outcome.said(),
          "mend what it names; the configuration itself is in the repository");
    }
    return outcome.said();
  }

  private Outcome attempt(String... arguments) {
    List<String> command = new ArrayList<>(List.of(git, "-C", directory.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = Commands.builder(command).redirectErrorStream(true);
    Optional.ofNullable(System.getenv("HOME"))
        .ifPresent(home -> builder.environment().put("HOME", home));
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .stripTrailing();
      return new Outcome(process.waitFor(), said);
    } catch (IOException e) {
      throw new Failure(ErrorCode.GIT, "cannot run git: " + e.getMessage(), "look at " + git, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ErrorCode.GIT, "interrupted", "run the command again", e);
    }
  }
}
