package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.doctor.Check.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host of which one thing at a time is missing, with the crontab that is shipped. */
class ClockChecksTest {
  @TempDir private Path root;
  private Path script;
  private Path log;
  private Path crontab;
  private Path units;

  @BeforeEach
  void host() throws IOException {
    script = root.resolve("opt/mockupaws/scripts/backup.sh");
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    log = Files.createDirectories(root.resolve("var/log/mockupaws"));
    crontab = Files.createDirectories(root.resolve("etc/cron.d")).resolve("mockupaws-backup");
    units = Files.createDirectories(root.resolve("etc/systemd/system"));
  }

  private void shipped() throws IOException {
    String text = Files.readString(Path.of("..", "packaging", "crontab"));
    Files.writeString(
        crontab,
        text.replace("/opt/mockupaws/", root + "/opt/mockupaws/")
            .replace("/var/log/", root + "/var/log/"));
  }

  private Check check(String id) {
    return ClockChecks.of(root).stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void theShippedCrontabOnAHostThatHasWhatItNames() throws IOException {
    assertThat(check("host.cron").state()).isEqualTo(State.OK);
    shipped();
    assertThat(check("host.cron").state()).isEqualTo(State.OK);
    assertThat(check("host.cron").what()).contains("cleanup, config, full, wal");
  }

  /** The shell opens the output first: the command is never begun, and nobody is told. */
  @Test
  void aFolderOfTheOutputThatIsMissing() throws IOException {
    shipped();
    Files.delete(log);
    assertThat(check("host.cron").state()).isEqualTo(State.WARNING);
    assertThat(check("host.cron").what()).contains(crontab + ", line", log.toString());
  }

  @Test
  void aProgramThatIsMissingOrCannotBeRun() throws IOException {
    shipped();
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(check("host.cron").state()).isEqualTo(State.WARNING);
    Files.delete(script);
    assertThat(check("host.cron").what()).contains(script.toString());
    Files.writeString(crontab, "# " + Files.readString(crontab).replace("\n0", "\n# 0"));
    assertThat(check("host.cron").state()).as("comments").isEqualTo(State.OK);
  }

  /** A line may hold a password; and other programs have scripts of such names too. */
  @Test
  void noLineIsPrintedAndOthersLinesAreNotMeant() throws IOException {
    Files.writeString(
        crontab,
        "HOME=/var/lib/mockupaws\n0 3 * * * root /root/bin/backup.sh --password=hunter2\n"
            + "0 4 * * * root [ -x /nowhere/mockupaws ] && echo\n");
    assertThat(check("host.cron").state()).isEqualTo(State.OK);
    Files.writeString(
        crontab, "0 2 * * * root DATABASE_URL=postgresql://u:hunter2@h/d /no/mockupaws backup\n");
    assertThat(check("host.cron").state()).isEqualTo(State.WARNING);
    assertThat(check("host.cron").toString()).contains("line 1").doesNotContain("hunter2");
  }

  @Test
  void walAloneIsNoBackup() throws IOException {
    Files.writeString(crontab, "0 * * * * root " + script + " wal >> " + log + "/w.log 2>&1\n");
    assertThat(check("host.cron").state()).isEqualTo(State.WARNING);
    Path wants = Files.createDirectories(units.resolve("timers.target.wants"));
    Files.createFile(wants.resolve("mockupaws-full.timer"));
    assertThat(check("host.cron").state()).isEqualTo(State.OK);
  }

  @Test
  void unitsThatAreInstalledAndNotEnabled() throws IOException {
    assertThat(check("host.timers").state()).isEqualTo(State.OK);
    Files.createFile(units.resolve("mockupaws-full.timer"));
    assertThat(check("host.timers").state()).isEqualTo(State.WARNING);
    assertThat(check("host.timers").next()).contains("systemctl enable");
    Path wants = Files.createDirectories(units.resolve("timers.target.wants"));
    Files.createFile(wants.resolve("mockupaws-full.timer"));
    assertThat(check("host.timers").state()).isEqualTo(State.OK);
    assertThat(check("host.timers").what()).contains("mockupaws-full.timer");
  }
}
