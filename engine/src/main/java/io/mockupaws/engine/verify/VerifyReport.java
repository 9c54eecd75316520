package io.mockupaws.engine.verify;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Window;
import java.util.List;
import java.util.Optional;

/**
 * What was found.
 *
 * @param backups oldest first
 * @param findings everything that is not as it was promised
 * @param lost what can be recovered in no way any more, in words
 * @param timeline the newest one
 * @param window what can still be recovered on the way to it
 * @param packs looked at
 * @param packBytes of them, read or only listed
 * @param walBytes of the journal, likewise
 * @param takenOver what of all this an earlier run had read that was broken off
 */
public record VerifyReport(
    List<BackupVerdict> backups,
    List<Finding> findings,
    List<String> lost,
    Optional<Timeline> timeline,
    List<Window.Range> window,
    long packs,
    long packBytes,
    long walBytes,
    Checked.TakenOver takenOver) {
  public VerifyReport {
    backups = List.copyOf(backups);
    findings = List.copyOf(findings);
    lost = List.copyOf(lost);
    window = List.copyOf(window);
  }

  /** Where no backup and no WAL was looked at. */
  public static VerifyReport nothing() {
    return new VerifyReport(
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        0,
        0,
        0,
        Checked.TakenOver.NOTHING);
  }

  VerifyReport with(Checked.TakenOver earlier) {
    return new VerifyReport(
        backups, findings, lost, timeline, window, packs, packBytes, walBytes, earlier);
  }

  /** Whether everything is as it was promised, and was looked at: what is frozen was not read. */
  public boolean isWhole() {
    return lost.isEmpty() && findings.isEmpty();
  }
}
