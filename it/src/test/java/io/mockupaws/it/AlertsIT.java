package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alerts come when they are to come, by Prometheus' own tool. */
class AlertsIT {
  private static final Path FOLDER = Path.of("..", "monitoring").toAbsolutePath().normalize();
  private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");

  @Test
  void prometheusTakesThemAndTheyComeAsTheTestsSay() {
    assertThat(HostCommand.run("promtool", "check", "rules", FOLDER + "/alerts.yaml"))
        .contains("SUCCESS");
    assertThat(HostCommand.run("promtool", "test", "rules", FOLDER + "/alerts_test.yaml"))
        .contains("SUCCESS");
  }

  @Test
  void eachAlertIsSeenToCome() throws IOException {
    String tests = Files.readString(FOLDER.resolve("alerts_test.yaml"));
    List<String> alerts =
        ALERT
            .matcher(Files.readString(FOLDER.resolve("alerts.yaml")))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(alerts).contains("BackupNotRun", "BackupFailed", "LowBackupStorage");
    assertThat(alerts).hasSizeGreaterThanOrEqualTo(15);
    assertThat(alerts).allSatisfy(name -> assertThat(tests).contains(name));
  }
}
