package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import java.util.List;
import java.util.Optional;

/**
 * What a backup would do, without doing it.
 *
 * @param kind what would be taken
 * @param base the backup that an incremental one would build on
 * @param kindReason why it would be a full one although there is an earlier backup; else empty
 * @param mode how files would be read
 * @param modeReason why they would not be read directly; empty where they are, or SQL was asked for
 * @param files in the data directory and its tablespaces
 * @param directories likewise
 * @param bytes of the files
 * @param readBytes of them that would be read, by what the journal has up to now
 * @param unwatchedFiles that are read whole although the WAL names only parts of them: they changed
 *     since the earlier backup, and the server was started since
 * @param walBytes of WAL that would be read from the repository to know that, since nothing sums
 *     them up
 * @param connections how many workers would read
 * @param verifiesPages whether page checksums would be verified
 * @param fromStandby whether the server is a standby
 * @param externalFiles configuration outside the data directory, by absolute path
 * @param takenOver what broken-off backups stored and may be used, less what the WAL shows to have
 *     changed
 * @param warnings what the backup would lack
 */
public record BackupPlan(
    BackupKind kind,
    Optional<BackupId> base,
    String kindReason,
    ReadMode mode,
    String modeReason,
    long files,
    long directories,
    long bytes,
    long readBytes,
    long unwatchedFiles,
    long walBytes,
    int connections,
    boolean verifiesPages,
    boolean fromStandby,
    List<String> externalFiles,
    TakenOver takenOver,
    List<String> warnings) {
  public BackupPlan {
    requireNonNull(mode, "mode is null");
    requireNonNull(modeReason, "modeReason is null");
    externalFiles = List.copyOf(externalFiles);
    warnings = List.copyOf(warnings);
  }
}
