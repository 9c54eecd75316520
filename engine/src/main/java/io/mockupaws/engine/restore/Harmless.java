package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a directory may be emptied: never one that holds the system, a home, other clusters, what
 * is mounted there, a repository, our spool or ourselves.
 *
 * @param precious what must not lie in it, by its path, with what it is
 * @param mounts where file systems are mounted
 */
record Harmless(Map<Path, String> precious, List<Path> mounts) {
  private static final List<Path> SYSTEM =
      Stream.of("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr")
          .map(Path::of)
          .toList();

  private static final Path HOMES = Path.of("/home");
  private static final int DEEPEST_CLUSTER = 4;
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  Harmless {
    precious = Map.copyOf(precious);
    mounts = List.copyOf(mounts);
  }

  /** For this host and process. */
  static Harmless here(Map<Path, String> ours) {
    Map<Path, String> precious = new java.util.LinkedHashMap<>(ours);
    precious.put(Path.of("/root"), "the home of root");
    precious.put(HOMES, "the homes");
    precious.put(Path.of(System.getProperty("user.home", "/root")), "the home of this user");
    precious.put(Path.of("").toAbsolutePath(), "the directory this command runs in");
    installation().ifPresent(place -> precious.put(place, "this program"));
    return new Harmless(real(precious), mountsNow());
  }

  private static Map<Path, String> real(Map<Path, String> paths) {
    Map<Path, String> real = new java.util.LinkedHashMap<>();
    paths.forEach(
        (path, what) -> {
          try {
            real.put(path.toRealPath(), what);
          } catch (IOException e) {
            real.put(path.toAbsolutePath().normalize(), what);
          }
        });
    return real;
  }

  private static Optional<Path> installation() {
    try {
      return Optional.ofNullable(Harmless.class.getProtectionDomain().getCodeSource())
          .map(source -> source.getLocation())
          .filter(location -> location.getProtocol().equals("file"))
          .map(
              location -> {
                try {
                  return Path.of(location.toURI());
                } catch (URISyntaxException e) {
                  throw new IllegalStateException(e);
                }
              });
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** The fifth field of a line is the place, blanks in it in octal (proc_pid_mountinfo(5)). */
  private static List<Path> mountsNow() {
    String text =
        LocalFiles.read(Path.of("/proc/self/mountinfo"))
            .map(content -> new String(content, java.nio.charset.StandardCharsets.UTF_8))
            .orElse("");
    return text.lines().map(line -> Path.of(plain(line.split(" ", -1)[4]))).toList();
  }

  private static String plain(String escaped) {
    return OCTAL.matcher(escaped).replaceAll(Harmless::character);
  }

  private static String character(MatchResult octal) {
    return java.util.regex.Matcher.quoteReplacement(
        String.valueOf((char) Integer.parseInt(octal.group(1), 8)));
  }

  /**
   * Refuses a directory that must not be emptied.
   *
   * @param directory a real path
   * @throws Failure TARGET_UNSAFE
   */
  void require(Path directory) {
    if (SYSTEM.stream().anyMatch(directory::startsWith)) {
      throw unsafe(directory, "belongs to the system");
    }
    boolean cluster = Files.exists(directory.resolve("PG_VERSION"));
    boolean high = directory.getNameCount() < 2 || HOMES.equals(directory.getParent());
    if (high && !cluster) {
      throw unsafe(directory, "is too high up to be a data directory");
    }
    precious.forEach(
        (path, what) -> {
          if (path.startsWith(directory)) {
            throw unsafe(directory, "holds " + what + ", " + path);
          }
        });
    Path wal = directory.resolve(TargetTree.WAL);
    mounts.stream()
        .filter(mount -> mount.startsWith(directory) && !mount.equals(directory))
        .filter(mount -> !mount.equals(wal))
        .findFirst()
        .ifPresent(
            mount -> {
              throw unsafe(directory, "has another file system in it, at " + mount);
            });
    if (Files.exists(directory.resolve("repository"))
        && Files.exists(directory.resolve("clusters"))) {
      throw unsafe(directory, "is a repository");
    }
    clusterIn(directory)
        .ifPresent(
            inner -> {
              throw unsafe(directory, "holds the cluster " + inner);
            });
  }

  private static Optional<Path> clusterIn(Path directory) {
    return LocalFiles.attempt(
        "listing",
        directory,
        () -> {
          List<Path> level = List.of(directory);
          for (int depth = 1; depth < DEEPEST_CLUSTER && level.size() < 10_000; depth++) {
            List<Path> next = new ArrayList<>();
            for (Path parent : level) {
              try (Stream<Path> children = Files.list(parent)) {
                children
                    .filter(
                        child -> Files.isDirectory(child, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .forEach(next::add);
              }
            }
            Optional<Path> found =
                next.stream()
                    .filter(child -> Files.exists(child.resolve("global/pg_control")))
                    .findFirst();
            if (found.isPresent()) {
              return found;
            }
            level = next;
          }
          return Optional.empty();
        });
  }

  private static Failure unsafe(Path directory, String why) {
    return new Failure(
        ErrorCode.TARGET_UNSAFE,
        "the target " + directory + " is never emptied: it " + why,
        "name another directory");
  }
}
