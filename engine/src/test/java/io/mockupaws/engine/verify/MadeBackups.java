package io.mockupaws.engine.verify;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageChecksum;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.MadeJournal;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** A repository in memory with two backups of made files, and made WAL from the first one on. */
public final class MadeBackups {
  public static final String KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  public static final BackupId FIRST = new BackupId("20260407T120000Z-full-1a2b");
  public static final BackupId SECOND = new BackupId("20260408T120000Z-full-3c4d");
  static final int PAGE = 8192;
  static final int PAGES = 90;
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  final Store store;
  final Repository repository;
  final ClusterRepository cluster;
  final MadeJournal journal;

  /** What to do to the pages of a relation before they are stored. */
  Consumer<byte[]> pages = _ -> {};

  /** Bits of the relation's checksum that the manifest tells wrongly. */
  int wrongChecksum;

  /** What the manifest says of damage. */
  public List<CorruptPage> known = List.of();

  MadeBackups(Path spool) {
    this(spool, Stores.inMemory());
  }

  public MadeBackups(Path spool, Store store) {
    this.store = store;
    this.repository = Repository.create(store, Optional.of(Secret.of(KEY)), new SecureRandom());
    this.cluster =
        repository.createCluster(
            new ClusterIdentity("c", MadeJournal.SYSTEM, 15, MadeJournal.SEGMENT, NOON));
    journal = new MadeJournal(repository, cluster, spool);
  }

  /** The journal that is streamed into it. */
  public MadeJournal journal() {
    return journal;
  }

  /** The usual: the first backup in segment 0, the second in 2, a tail of some pieces in 4. */
  public MadeBackups usual() {
    journal.fillTo(0.2);
    Lsn start = journal.end();
    journal.fillTo(0.4);
    backup(FIRST, start, journal.commit(NOON.plusSeconds(60)));
    journal.fillTo(2.3);
    start = journal.end();
    journal.fillTo(2.6);
    backup(SECOND, start, journal.commit(NOON.plusSeconds(86_460)));
    journal.fillTo(4.3);
    journal.store();
    journal.fillTo(4.5);
    journal.store();
    journal.commit(NOON.plusSeconds(90_000));
    journal.store();
    return this;
  }

  /** A backup of files of its own. */
  public void backup(BackupId id, Lsn start, Lsn stop) {
    PackSet packs = cluster.newPacks(id, 300_000);
    try (PackStream stream = packs.open();
        ManifestLog log = new ManifestLog()) {
      Random random = new Random(id.hashCode());
      byte[] small = new byte[1000];
      random.nextBytes(small);
      store(stream, log, "PG_VERSION", small);
      byte[] relation = relation(random);
      pages.accept(relation);
      store(stream, log, "base/5/16384", relation);
      store(stream, log, "base/5/16385", new byte[0]);
      stream.finish();
      cluster.commit(head(id, start, stop, packs.sealedBytes()), packs.finish(), log);
    }
  }

  /** A backup that names what an earlier one has, and stores a file of its own. */
  public void upon(BackupId id, BackupId base, Lsn start, Lsn stop) {
    PackSet packs = cluster.newPacks(id, 300_000);
    try (PackStream stream = packs.open();
        ManifestLog log = new ManifestLog()) {
      Map<Integer, Integer> numbers = new HashMap<>();
      cluster
          .manifest(base)
          .forEach(
              new ManifestVisitor() {
                @Override
                public void pack(int number, PackTable pack) {
                  numbers.put(number, packs.referTo(pack));
                }

                @Override
                public void file(FileEntry file) {
                  log.add(renumbered(file, numbers));
                }
              });
      store(stream, log, "pg_xact/0000", new byte[3000]);
      stream.finish();
      cluster.commit(head(id, start, stop, packs.sealedBytes()), packs.finish(), log);
    }
  }

  /** What a consolidation makes: it takes another one's place, with packs of its own. */
  public void inPlaceOf(BackupId id, BackupId former) {
    PackSet packs = cluster.newPacks(id, 300_000);
    try (PackStream stream = packs.open();
        ManifestLog log = new ManifestLog()) {
      store(stream, log, "PG_VERSION", new byte[1000]);
      stream.finish();
      ManifestHead head = cluster.manifest(former).head();
      cluster.commit(head.consolidated(id, packs.sealedBytes()), packs.finish(), log);
    }
  }

  private static FileEntry renumbered(FileEntry file, Map<Integer, Integer> numbers) {
    return new FileEntry(
        file.path(),
        file.origin(),
        file.size(),
        file.mode(),
        file.modified(),
        file.crc32c(),
        file.runs().stream()
            .map(
                run ->
                    new Run(
                        run.fileOffset(),
                        run.length(),
                        numbers.getOrDefault(run.pack(), -1),
                        run.frame(),
                        run.frameOffset()))
            .toList());
  }

  private static byte[] relation(Random random) {
    byte[] pages = new byte[PAGE * PAGES];
    for (int block = 0; block < PAGES; block++) {
      byte[] page = page(random, 0x100, block);
      System.arraycopy(page, 0, pages, block * PAGE, PAGE);
    }
    return pages;
  }

  /** A page that was changed last at a position; its checksum fits. */
  static byte[] page(Random random, long lsn, int block) {
    byte[] page = new byte[PAGE];
    random.nextBytes(page);
    ByteBuffer header = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, (int) (lsn >>> 32)).putInt(4, (int) lsn).putShort(10, (short) 0);
    header.putShort(12, (short) 24).putShort(14, (short) 100).putShort(16, (short) PAGE);
    header.putShort(18, (short) (PAGE | 4));
    header.putShort(8, (short) PageChecksum.of(page, 0, PAGE, block));
    return page;
  }

  private void store(PackStream stream, ManifestLog log, String path, byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    stream.beginFile();
    stream.write(ByteBuffer.wrap(content));
    log.add(
        new FileEntry(
            path,
            FileEntry.Origin.DATA,
            content.length,
            0600,
            NOON,
            (int) crc.getValue() ^ (path.endsWith("16384") ? wrongChecksum : 0),
            stream.endFile()));
  }

  private ManifestHead head(BackupId id, Lsn start, Lsn stop, long sealedBytes) {
    Instant begin = NOON.plusSeconds(id.equals(FIRST) ? 0 : 86_400);
    return new ManifestHead(
        id,
        BackupKind.FULL,
        "c",
        MadeJournal.SYSTEM,
        150000,
        new Timeline(1),
        start,
        stop,
        begin,
        begin.plusSeconds(60),
        MadeJournal.SEGMENT,
        PAGE,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        3,
        PAGE * PAGES + 1000L,
        sealedBytes,
        known);
  }
}
