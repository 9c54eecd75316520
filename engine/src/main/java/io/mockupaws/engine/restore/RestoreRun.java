package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
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
  /** Forces that wait for the disk at once: a file system's journal takes them together. */
  private static final int FORCES = 16;

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
  private final Optional<Clearing> clearing;

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
    this.clearing =
        plan.existing().map(found -> new Clearing(target, found, plan.request(), plan.outside()));
  }

  /** Writes the directory. The order is a promise: the control file comes last. */
  RestoredDirectory write() {
    try (UnfinishedMark mark = claim()) {
      ManifestReader manifest = repository.manifest(backup.id());
      BackupImage image = BackupImage.read(repository, manifest, backup);
      // Behind what shows that there is something to put in its place.
      clearing.filter(Clearing::isInside).ifPresent(Clearing::disarm);
      clearing.filter(Clearing::isInside).ifPresent(c -> c.removeExtras(image.wanted()));
      DirectoryWriter writer =
          new DirectoryWriter(
              target, image.files(), owner, new Workers(plan.request().jobs(), cancel));
      makeDirectories(writer, image);
      WalFindings wal = installWal();
      clearing.filter(Clearing::isInside).ifPresent(c -> keepUnchanged(c, image.files(), writer));
      long fetched = writer.fetchedBytes();
      writeFiles(writer, manifest);
      Configuration configuration = configure(image.files(), image.control().parsed(), wal);
      finish(image.files(), configuration, image.control(), mark);
      return restored(writer, fetched, image.cut(), wal, configuration);
    }
  }

  /** Makes the directory ours; of two restores to one place only one gets further. */
  private UnfinishedMark claim() {
    clearing.ifPresent(Clearing::moveAside);
    return LocalFiles.attempt(
        "making",
        target,
        () -> {
          Files.createDirectories(LocalFiles.parent(target));
          if (!Files.isDirectory(target)) {
            Files.createDirectory(target);
            LocalFiles.syncDirectory(LocalFiles.parent(target));
          }
          boolean occupied = clearing.filter(Clearing::isInside).isPresent();
          if (!occupied) {
            Destination.requireEmpty(target);
          }
          LocalFiles.setMode(target, backup.directoryMode());
          owner.give(target);
          return mark(occupied);
        });
  }

  private UnfinishedMark mark(boolean occupied) throws IOException {
    UnfinishedMark.Text text =
        new UnfinishedMark.Text(backup.id().value(), backup.systemIdentifier(), clock.instant());
    try {
      return occupied ? UnfinishedMark.takeOver(target, text) : UnfinishedMark.set(target, text);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ErrorCode.TARGET_NOT_EMPTY,
          "another restore to " + target + " is running",
          "let it finish or stop it, or name another directory",
          e);
    }
  }

  private void makeDirectories(DirectoryWriter writer, BackupImage image) {
    LocalFiles.attempt(
        "making directories in",
        target,
        () -> {
          plan.outside().make(target, owner);
          writer.makeDirectories(image.needed());
          return target;
        });
  }

  private WalFindings installWal() {
    JournalView view = journal.view();
    int jobs = plan.request().jobs();
    WalInstaller installer =
        new WalInstaller(
            journal,
            view,
            new WalFiles(target, owner, fileMode()),
            new Workers(jobs, cancel),
            cancel,
            jobs);
    RecordSpan last = new RecordSpan(plan.target().recordStart(), plan.target().recordEnd());
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.WAL, installer::doneBytes, plan.wal().fileBytes())) {
      return installer.install(plan.wal(), last, plan.forVerification());
    }
  }

  private void keepUnchanged(Clearing clears, BackupFiles files, DirectoryWriter writer) {
    Unchanged unchanged = clears.unchanged(files);
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.COMPARE, unchanged::readBytes, writer.totalBytes())) {
      clears.keepUnchanged(unchanged, files, new Workers(plan.request().jobs(), cancel));
    }
    clears.requireIdle();
  }

  private void writeFiles(DirectoryWriter writer, ManifestReader manifest) {
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.FILES, writer::writtenBytes, writer.fetchedBytes())) {
      writer.writeFiles(manifest);
    }
    try (Meter _ =
        new Meter(
            listener, RestoreProgress.Phase.SYNC, writer::finishedFiles, writer.totalFiles())) {
      writer.finish(new Workers(Math.max(FORCES, plan.request().jobs()), cancel));
    }
  }

  private Configuration configure(BackupFiles files, ControlFile control, WalFindings wal) {
    Configuration configuration = new Configuration(target, files.paths(), owner, fileMode());
    int major = backup.serverVersion() / 10_000;
    RecoveryParameters atBackup = RecoveryParameters.of(control.settings());
    boolean inPlace =
        backup.tablespaces().stream().anyMatch(space -> !plan.outside().has(space.oid()))
            || wal.tablespaces().stream()
                .anyMatch(made -> !plan.outside().has(Integer.toUnsignedLong(made.oid())));
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
  private void finish(
      BackupFiles files, Configuration configuration, ControlContent control, UnfinishedMark mark) {
    byte[] label = backup.backupLabel().getBytes(StandardCharsets.UTF_8);
    LocalFiles.write(target.resolve(ManifestScan.BACKUP_LABEL), label, fileMode(), owner);
    Map<String, byte[]> ours = new LinkedHashMap<>(configuration.written());
    ours.put(ManifestScan.BACKUP_LABEL, label);
    ours.put(ManifestScan.CONTROL_FILE, control.bytes());
    new BackupManifestWriter(target, backup, owner, fileMode()).write(files, ours);
    LocalFiles.write(target.resolve("recovery.signal"), new byte[0], fileMode(), owner);
    cancel.check();
    clearing.ifPresent(Clearing::requireIdle);
    LocalFiles.write(target.resolve(ManifestScan.CONTROL_FILE), control.bytes(), fileMode(), owner);
    LocalFiles.attempt(
        "finishing",
        target,
        () -> {
          mark.remove();
          return target;
        });
  }

  /** With group access the group reads the files too, as {@code initdb -g} has it. */
  private int fileMode() {
    return (backup.directoryMode() & 0050) != 0 ? 0640 : 0600;
  }

  private RestoredDirectory restored(
      DirectoryWriter writer, long fetched, int cut, WalFindings wal, Configuration configuration) {
    List<String> tablespaces = wal.tablespaces().stream().map(this::described).toList();
    List<String> notes = new ArrayList<>(configuration.notes());
    if (cut > 0) {
      notes.add(
          cut + " files of relations lay behind one that was read short; the WAL brings them back");
    }
    afterTheTarget().ifPresent(notes::add);
    return new RestoredDirectory(
        target,
        owner,
        writer.totalFiles(),
        writer.totalBytes(),
        port,
        tablespaces,
        notes,
        fetched,
        plan.existing().flatMap(Existing::aside),
        clearing.flatMap(Clearing::keptWal));
  }

  private String described(WalFindings.MadeTablespace made) {
    long oid = Integer.toUnsignedLong(made.oid());
    return oid
        + " ("
        + made.location()
        + ")"
        + Optional.ofNullable(plan.outside().tablespaces().get(oid))
            .map(place -> " in " + place)
            .orElse("");
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
