package io.mockupaws.engine.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this host does by the clock: whether each line of cron that names the program can begin, and
 * whether the timers that are installed are enabled. Neither tells by itself that it runs nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/crontab.5.html">crontab(5)</a>
 */
final class ClockChecks {
  private static final String CRON = "host.cron";
  private static final String TIMERS = "host.timers";

  /** Our own script or launcher with what it is to do; others' of such a name are not meant. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(/\\S*/scripts/backup\\.sh)\\s+(full|wal|config|cleanup)\\b"
              + "|(/\\S*/mockupaws)\\s+(backup|cleanup|stream)\\b");

  private static final Pattern OUTPUT = Pattern.compile("(?<![0-9&])>>?\\s*(/[^\\s;&|]+)");

  private final Path root;

  private ClockChecks(Path root) {
    this.root = root;
  }

  /**
   * Looks.
   *
   * @param root of the file system
   */
  static List<Check> of(Path root) {
    ClockChecks checks = new ClockChecks(root);
    return List.of(checks.cron(), checks.timers());
  }

  private record Line(Path file, int number, String text) {}

  private Check cron() {
    List<Line> lines = lines();
    if (lines.isEmpty()) {
      return Check.ok(CRON, "no line of cron runs the program");
    }
    for (Line line : lines) {
      Optional<String> hindrance = hindrance(line.text());
      if (hindrance.isPresent()) {
        // not the line itself: it may hold a password
        return Check.warning(
            CRON,
            line.file()
                + ", line "
                + line.number()
                + ", would run nothing: "
                + hindrance.get()
                + ", as far as this user sees",
            "make what is missing, or correct the line");
      }
    }
    TreeSet<String> kinds = new TreeSet<>();
    for (Line line : lines) {
      COMMAND
          .matcher(line.text())
          .results()
          .forEach(m -> kinds.add(m.group(2) == null ? m.group(4) : m.group(2)));
    }
    String what = "cron runs " + String.join(", ", kinds);
    boolean takes = kinds.contains("full") || kinds.contains("backup");
    return takes || isEnabled("mockupaws-full.timer") || isEnabled("mockupaws-serve.service")
        ? Check.ok(CRON, what)
        : Check.warning(
            CRON,
            what + ", and nothing here takes a backup by the clock",
            "see packaging/crontab: the line of backup.sh full");
  }

  /** Where files cannot be read, others' lines are not told of. */
  private List<Line> lines() {
    List<Path> files = new ArrayList<>(List.of(root.resolve("etc/crontab")));
    files.addAll(entries(root.resolve("etc/cron.d")));
    files.addAll(entries(root.resolve("var/spool/cron/crontabs")));
    List<Line> lines = new ArrayList<>();
    for (Path file : files) {
      try {
        List<String> text = Files.readAllLines(file);
        for (int i = 0; i < text.size(); i++) {
          String line = text.get(i).strip();
          if (!line.startsWith("#") && COMMAND.matcher(line).find()) {
            lines.add(new Line(file, i + 1, line));
          }
        }
      } catch (IOException e) {
        // it is not there, or not for this user, or no text
      }
    }
    return lines;
  }

  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    entries.sort(null);
    return entries;
  }

  private static Optional<String> hindrance(String line) {
    Matcher command = COMMAND.matcher(line);
    while (command.find()) {
      String program = command.group(1) == null ? command.group(3) : command.group(1);
      if (!Files.isExecutable(Path.of(program))) {
        return Optional.of(program + " is not there, or cannot be run");
      }
    }
    Matcher output = OUTPUT.matcher(line);
    while (output.find()) {
      Path folder = Path.of(output.group(1)).getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        return Optional.of(folder + ", where it writes, is not there");
      }
    }
    return Optional.empty();
  }

  private Check timers() {
    List<String> installed =
        entries(root.resolve("etc/systemd/system")).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.matches("mockupaws-.*\\.(timer|service)"))
            .toList();
    List<String> enabled =
        Stream.of("timers.target.wants", "multi-user.target.wants")
            .flatMap(target -> entries(root.resolve("etc/systemd/system").resolve(target)).stream())
            .map(file -> file.getFileName().toString())
            .filter(name -> name.startsWith("mockupaws-"))
            .toList();
    if (!installed.isEmpty() && enabled.isEmpty()) {
      return Check.warning(
          TIMERS,
          "units of mockupAWS are installed, and none is enabled: systemd runs nothing of them",
          "systemctl enable --now mockupaws-serve.service; or mockupaws-stream.service with the"
              + " timers");
    }
    return Check.ok(
        TIMERS,
        enabled.isEmpty()
            ? "no unit of systemd is installed"
            : "systemd runs " + String.join(", ", enabled));
  }

  private boolean isEnabled(String unit) {
    Path system = root.resolve("etc/systemd/system");
    return Files.exists(system.resolve("timers.target.wants").resolve(unit))
        || Files.exists(system.resolve("multi-user.target.wants").resolve(unit));
  }
}
