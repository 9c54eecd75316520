package io.mockupaws.it.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped for cron and systemd, read by systemd itself. */
class PackagingIT {
  private static final Path UNITS = Path.of("..", "packaging", "systemd");

  @TempDir Path folder;

  private static List<Path> units(String ending) throws IOException {
    try (Stream<Path> files = Files.list(UNITS)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void systemdReadsEveryUnitWithoutAComplaint() throws IOException {
    try (Host host = new Host()) {
      List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
      for (Path unit : units("")) {
        Path copy = folder.resolve(unit.getFileName().toString());
        Files.writeString(copy, host.placed(Files.readString(unit)));
        command.add(copy.toString());
      }
      assertThat(command).hasSizeGreaterThan(10);
      assertThat(HostCommand.run(command)).isEmpty();
    }
  }

  /** 02:00 UTC daily, whatever zone the host is in. */
  @Test
  void timersAreInUtcAndCatchUp() throws IOException {
    for (Path timer : units(".timer")) {
      String text = Files.readString(timer);
      assertThat(text).contains("Persistent=true");
      String calendar = text.replaceAll("(?s).*OnCalendar=([^\n]*)\n.*", "$1");
      assertThat(calendar).endsWith(" UTC");
      String said = HostCommand.run("systemd-analyze", "calendar", calendar);
      assertThat(said).as(timer.toString()).contains("Normalized form: " + calendar);
    }
    assertThat(Files.readString(UNITS.resolve("mockupaws-full.timer"))).contains("02:00:00 UTC");
    assertThat(Files.readString(UNITS.resolve("mockupaws-config.timer")))
        .contains("Sun *-*-* 03:00:00 UTC");
  }

  /** No script is named that is not there, and no kind that it does not know. */
  @Test
  void everyCommandIsOneThatThereIs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path unit : units(".service")) {
      Files.readAllLines(unit).stream()
          .filter(line -> line.startsWith("ExecStart="))
          .map(line -> line.substring("ExecStart=".length()))
          .forEach(lines::add);
    }
    Files.readAllLines(Path.of("..", "packaging", "crontab")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("^(\\S+ +){5}root +| >> .*", ""))
        .forEach(lines::add);
    assertThat(lines)
        .hasSize(10)
        .allMatch(
            line ->
                line.matches(
                    "/opt/mockupaws/(scripts/backup\\.sh (full|wal|config|cleanup)|mockupaws"
                        + " (stream|serve))"));
  }

  /** Where the folder of its output is missing, the shell of cron runs nothing at all. */
  @Test
  void theFoldersOfTheCrontabAreMadeByTheGuide() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "by-the-clock.md"));
    List<String> folders =
        Files.readAllLines(Path.of("..", "packaging", "crontab")).stream()
            .filter(line -> line.contains(" >> "))
            .map(line -> line.replaceAll(".* >> (/.*)/[^/]* 2>&1", "$1"))
            .distinct()
            .toList();
    assertThat(folders).isNotEmpty();
    assertThat(folders).allMatch(folder -> guide.contains("mkdir -p " + folder + "\n"));
  }
}
