package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ManifestReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One restore into one directory, from the claim on it to its control file. */
final class RestoreRun {
  private final ClusterRepository repository;
  private final Journal journal;
  private final RestorePlan plan;
  private final RestoreListener listener;
  private final Cancel cancel;
  private final InstantSource clock;
  private final ManifestHead backup;
  private final Path target;
  private final Owner owner;
  private final int port;

  RestoreRun(
      ClusterRepository repository,
      Journal journal,
      RestorePlan plan,
      RestoreListener listener,
      Cancel cancel,
      InstantSource clock) {
    this.repository = repository;
    this.journal = journal;
    this.plan = plan;
    this.listener = listener;
    this.cancel = cancel;
    this.clock = clock;
    this.backup = plan.backup();
    this.target = plan.directory();
    this.owner = plan.owner().orElseGet(Owners::ourself);
    this.port = plan.request().port().orElseGet(HostFacts::freePort);
  }

  /** Writes the directory. The order is a promise: the control file comes last. */
  RestoredDirectory write() {
    claim();
    ManifestReader manifest = repository.manifest(backup.id());
    BackupFiles files = scan(manifest);
    ControlContent control = ControlContent.fetch(files);
    int cut = SegmentChains.cut(files.table(), control.fullSegmentBytes());
    DirectoryWriter writer =
        new DirectoryWriter(target, files, owner, new Workers(plan.request().jobs(), cancel));
    makeDirectories(writer, control);
    WalFindings wal = installWal();
    writeFiles(writer, manifest);
    Configuration configuration = configure(files, control.parsed(), wal);
    finish(files, configuration, control);
    return restored(writer, cut, wal, configuration);
  }

  /** Makes the directory ours; of two restores to one place only one gets further. */
  private void claim() {
    LocalFiles.attempt(
        "making",
        target,
        () -> {
          Files.createDirectories(LocalFiles.parent(target));
          if (!Files.isDirectory(target)) {
            Files.createDirectory(target);
            LocalFiles.syncDirectory(LocalFiles.parent(target));
          }
          Destination.requireEmpty(target);
          LocalFiles.setMode(target, backup.directoryMode());
          owner.give(target);
          mark();
          return target;
        });
  }

  private void mark() throws IOException {
    try {
      UnfinishedMark.set(target, backup.id().value(), clock.instant());
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ErrorCode.TARGET_NOT_EMPTY,
          "another restore to " + target + " has begun at the same moment",
          "name another directory",
          e);
    }
  }

  private BackupFiles scan(ManifestReader manifest) {
    ManifestScan scan = new ManifestScan();
    manifest.forEach(scan);
    // a reader serves one thread, and making one costs nothing
    return scan.files(
        backup,
        (pack, first, last, taker) ->
            repository.packReader().read(pack, first, last, taker::frame));
  }

  private void makeDirectories(DirectoryWriter writer, ControlContent control) {
    List<String> needed = new ArrayList<>(List.of("pg_wal/archive_status", "global", "log"));
    for (TablespaceEntry space : backup.tablespaces()) {
      String place = "pg_tblspc/" + space.oid();
      needed.add(
          control
              .parsed()
              .majorVersion()
              .map(major -> place + "/" + major.tablespaceDirectory())
              .orElse(place));
    }
    LocalFiles.attempt(
        "making directories in",
        target,
        () -> {
          writer.makeDirectories(needed);
          return target;
        });
  }

  private WalFindings installWal() {
    JournalView view = journal.view();
    int jobs = plan.request().jobs();
    WalInstaller installer =
        new WalInstaller(
            journal, view, new WalFiles(target, owner), new Workers(jobs, cancel), cancel, jobs);
    RecordSpan last = new RecordSpan(plan.target().recordStart(), plan.target().recordEnd());
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.WAL, installer::doneBytes, plan.wal().fileBytes())) {
      return installer.install(plan.wal(), last, plan.forVerification());
    }
  }

  private void writeFiles(DirectoryWriter writer, ManifestReader manifest) {
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.FILES, writer::writtenBytes, writer.totalBytes())) {
      writer.writeFiles(manifest);
    }
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.SYNC, writer::finishedFiles, writer.totalFiles())) {
      writer.finish();
    }
  }

  private Configuration configure(BackupFiles files, ControlFile control, WalFindings wal) {
    Configuration configuration = new Configuration(target, files.paths(), owner, fileMode());
    int major = backup.serverVersion() / 10_000;
    RecoveryParameters atBackup = RecoveryParameters.of(control.settings());
    boolean inPlace = !backup.tablespaces().isEmpty() || !wal.tablespaces().isEmpty();
    configuration.configure(
        new Configuration.Wish(
            plan.request().keepSettings(),
            plan.request().port(),
            new SafeCopy.Host(port, HostFacts.freeMemory(), this::isInstalled),
            major,
            wal.parameters().map(atBackup::atLeast).orElse(atBackup),
            inPlace,
            givenOnCommandLine(),
            TargetSettings.of(
                plan.target().recordStart(),
                plan.wal().timeline(),
                plan.request().action(),
                major)));
    return configuration;
  }

  /** Without these some data cannot be read; containers give them on the command line. */
  private Map<String, String> givenOnCommandLine() {
    return Optional.ofNullable(backup.settings().get("shared_preload_libraries"))
        .filter(value -> !value.isEmpty())
        .map(value -> Map.of("shared_preload_libraries", value))
        .orElse(Map.of());
  }

  private boolean isInstalled(String library) {
    return plan.binaries().map(binaries -> binaries.hasLibrary(library)).orElse(true);
  }

  /** What makes a directory recoverable, and at the very end one that can be started. */
  private void finish(BackupFiles files, Configuration configuration, ControlContent control) {
    byte[] label = backup.backupLabel().getBytes(StandardCharsets.UTF_8);
    LocalFiles.write(target.resolve(ManifestScan.BACKUP_LABEL), label, fileMode(), owner);
    Map<String, byte[]> ours = new LinkedHashMap<>(configuration.written());
    ours.put(ManifestScan.BACKUP_LABEL, label);
    ours.put(ManifestScan.CONTROL_FILE, control.bytes());
    new BackupManifestWriter(target, backup, owner, fileMode()).write(files, ours);
    LocalFiles.write(target.resolve("recovery.signal"), new byte[0], fileMode(), owner);
    cancel.check();
    LocalFiles.write(target.resolve(ManifestScan.CONTROL_FILE), control.bytes(), fileMode(), owner);
    LocalFiles.attempt(
        "finishing",
        target,
        () -> {
          UnfinishedMark.remove(target);
          return target;
        });
  }

  /** With group access the group reads the files too, as {@code initdb -g} has it. */
  private int fileMode() {
    return (backup.directoryMode() & 0050) != 0 ? 0640 : 0600;
  }

  private RestoredDirectory restored(
      DirectoryWriter writer, int cut, WalFindings wal, Configuration configuration) {
    List<String> tablespaces =
        wal.tablespaces().stream()
            .map(made -> Integer.toUnsignedString(made.oid()) + " (" + made.location() + ")")
            .toList();
    List<String> notes = new ArrayList<>(configuration.notes());
    if (cut > 0) {
      notes.add(
          cut + " files of relations lay behind one that was read short; the WAL brings them back");
    }
    afterTheTarget().ifPresent(notes::add);
    return new RestoredDirectory(
        target, owner, writer.totalFiles(), writer.totalBytes(), port, tablespaces, notes);
  }

  /** What an operator does when the server does not go on by itself. */
  private Optional<String> afterTheTarget() {
    return switch (plan.request().action()) {
      case PROMOTE -> Optional.empty();
      case PAUSE ->
          Optional.of("the server waits in recovery; promote it: SELECT pg_wal_replay_resume()");
      case SHUTDOWN ->
          Optional.of(
              "the server ends at the target each time it is started, until recovery_target_action"
                  + " in postgresql.auto.conf is another one");
    };
  }
}
