package io.mockupaws.it.size;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Writes the manifest of a backup that nobody could take here: a million relations with three forks
 * in 64 tablespaces, a terabyte in all. It stands beside a real backup and borrows its head, its
 * WAL and its control file; its other packs are sparse files of the right size. Before it stand
 * three older backups with few files: two of another year, and one that refers to half of the packs
 * of the second. A program of its own, so that what it needs of memory is seen apart. Arguments:
 * the repository's directory, its key, how many relations, how many bytes, and how many bytes each
 * older one has.
 */
final class HugeBackup {
  static final int TABLESPACES = 64;

  private static final int PAGE = 8192;
  private static final int FREE_SPACE_MAP = 3 * PAGE;
  private static final int FIRST_RELATION = 16500;
  private static final int ONE_IN = 10_000;
  private static final int FEW = 640;
  private static final long FULL_FILE = 1L << 30;
  private static final long LARGE_RELATION = 2 * FULL_FILE + FULL_FILE / 2;
  private static final Instant MODIFIED = Instant.parse("2026-04-07T12:00:00Z");

  private final ClusterRepository cluster;
  private final BackupId id;
  private final HugePacks packs;
  private final ManifestLog log = new ManifestLog();
  private final Random random = new Random(1);
  private final Instant startedAt;

  /**
   * Of a moment.
   *
   * @param referred packs that are there already: the first has the control file
   */
  private HugeBackup(
      ClusterRepository cluster, Path root, Instant startedAt, List<PackTable> referred) {
    this.cluster = cluster;
    this.startedAt = startedAt;
    this.id = BackupId.of(startedAt, BackupKind.FULL, random);
    this.packs = new HugePacks(root, cluster.prefix() + "packs/" + id + "/", referred);
  }

  public static void main(String[] arguments) {
    Path root = Path.of(arguments[0]);
    int relations = Integer.parseInt(arguments[2]);
    long bytes = Long.parseLong(arguments[3]);
    long older = Long.parseLong(arguments[4]);
    StoreAddress address = StoreAddress.parse("file://" + root);
    try (Store store = Stores.open(address, StoreOptions.none());
        Repository repository =
            Repository.open(store, Optional.of(Secret.of(arguments[1])), new SecureRandom())) {
      ClusterRepository cluster = repository.cluster(repository.clusters().getFirst());
      ManifestHead real = cluster.backups().getLast();
      Borrowed borrowed = Borrowed.of(cluster, real);
      List<PackTable> control = List.of(borrowed.pack());
      write(new HugeBackup(cluster, root, before(real, 400), control), borrowed, FEW, older);
      HugeBackup second = new HugeBackup(cluster, root, before(real, 399), control);
      write(second, borrowed, FEW, older);
      List<PackTable> half = second.packs.tables().subList(0, second.packs.tables().size() / 2);
      write(new HugeBackup(cluster, root, before(real, 2), half), borrowed, FEW, older);
      Instant behind = real.startedAt().plus(Duration.ofSeconds(1));
      write(new HugeBackup(cluster, root, behind, control), borrowed, relations, bytes);
    }
    System.out.println(Peak.text());
  }

  private static Instant before(ManifestHead real, int days) {
    return real.startedAt().minus(Duration.ofDays(days));
  }

  private static void write(HugeBackup backup, Borrowed borrowed, int relations, long bytes) {
    backup.log.add(borrowed.controlFile());
    backup.write(borrowed.real(), relations, bytes);
  }

  /** The control file of a real backup, and the one pack it lies in. */
  private record Borrowed(ManifestHead real, FileEntry controlFile, PackTable pack) {
    static Borrowed of(ClusterRepository cluster, ManifestHead real) {
      List<FileEntry> found = new ArrayList<>();
      cluster
          .manifest(real.id())
          .forEach(
              new ManifestVisitor() {
                @Override
                public void file(FileEntry file) {
                  if (file.path().equals("global/pg_control")) {
                    found.add(file);
                  }
                }
              });
      FileEntry control = found.getFirst();
      int number = control.runs().getFirst().pack();
      return new Borrowed(
          real,
          new FileEntry(
              control.path(),
              control.origin(),
              control.size(),
              control.mode(),
              control.modified(),
              control.crc32c().orElseThrow(),
              control.runs().stream()
                  .map(run -> HugePacks.inPack(run, HugePacks.BORROWED))
                  .toList()),
          cluster.manifest(real.id()).packs().get(number));
    }
  }

  private void write(ManifestHead real, int relations, long bytes) {
    int major = real.serverVersion() / 10_000;
    List<String> folders = new ArrayList<>();
    List<TablespaceEntry> tablespaces = new ArrayList<>();
    for (int i = 0; i < TABLESPACES; i++) {
      // names of 1 to 63 bytes, the most that PostgreSQL takes
      tablespaces.add(new TablespaceEntry(20_000 + i, "n".repeat(1 + i % 63), "/mnt/" + i));
      String folder = "pg_tblspc/" + (20_000 + i) + "/PG_" + major + "_202506291";
      log.add(new DirectoryEntry("pg_tblspc/" + (20_000 + i), 0700));
      log.add(new DirectoryEntry(folder, 0700));
      log.add(new DirectoryEntry(folder + "/16384", 0700));
      folders.add(folder + "/16384/");
    }
    long large = relations / ONE_IN * LARGE_RELATION;
    long mean = (bytes - large) / relations - FREE_SPACE_MAP - PAGE;
    for (int i = 0; i < relations; i++) {
      String path = folders.get(i % TABLESPACES) + (FIRST_RELATION + i);
      boolean isLarge = i % ONE_IN == 0;
      mainFork(path, isLarge ? LARGE_RELATION : random.nextLong(2 * mean / PAGE) * PAGE);
      file(path + "_fsm", FREE_SPACE_MAP);
      file(path + "_vm", PAGE);
    }
    cluster.commit(head(real, tablespaces, packs.finish()), packs.tables(), log);
  }

  private void mainFork(String path, long size) {
    long left = size;
    for (int piece = 0; left > 0 || piece == 0; piece++) {
      file(piece == 0 ? path : path + "." + piece, Math.min(left, FULL_FILE));
      left -= FULL_FILE;
    }
  }

  private void file(String path, long size) {
    int crc = random.nextInt();
    FileEntry.Origin data = FileEntry.Origin.DATA;
    log.add(new FileEntry(path, data, size, 0600, MODIFIED, crc, packs.runs(size)));
  }

  private ManifestHead head(ManifestHead real, List<TablespaceEntry> tablespaces, long sealed) {
    return new ManifestHead(
        id,
        BackupKind.FULL,
        real.cluster(),
        real.systemIdentifier(),
        real.serverVersion(),
        real.timeline(),
        real.start(),
        real.stop(),
        startedAt,
        startedAt.plus(Duration.between(real.startedAt(), real.stoppedAt())),
        real.walSegmentSize(),
        real.blockSize(),
        real.dataChecksums(),
        real.backupLabel(),
        real.fromStandby(),
        real.readMode(),
        real.dataDirectory(),
        real.directoryMode(),
        real.settings(),
        tablespaces,
        log.files(),
        log.bytes(),
        sealed,
        List.of());
  }
}
