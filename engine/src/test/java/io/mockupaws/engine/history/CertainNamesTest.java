package io.mockupaws.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.history.CatalogueSnapshot;
import io.mockupaws.core.history.CatalogueSnapshot.DatabaseNames;
import io.mockupaws.core.history.CatalogueSnapshot.Named;
import io.mockupaws.core.history.CatalogueSnapshot.Schema;
import io.mockupaws.core.history.Event;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.MadeJournal;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names are told only where no rename can have been missed between their reading and the event. */
class CertainNamesTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final int TABLE = 20_001;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(
          new ClusterIdentity("c", MadeJournal.SYSTEM, 15, MadeJournal.SEGMENT, NOON));
  private final Catalogues catalogues = new Catalogues(cluster);
  private final MadeJournal made;
  private int filled;

  CertainNamesTest(@TempDir Path spool) {
    made = new MadeJournal(repository, cluster, spool);
    go();
  }

  /** A part of a segment passes. */
  private Lsn go() {
    filled++;
    made.fillTo(filled * 0.4);
    return made.end();
  }

  private void delete(Instant time) {
    made.recordOfNext(MadeHeap.RMGR, MadeHeap.DELETE, MadeHeap.delete(TABLE));
    made.commit(time);
    go();
  }

  private void keep(String name, Lsn from, Lsn at) {
    CatalogueSnapshot names =
        new CatalogueSnapshot(
            List.of(
                new DatabaseNames(
                    MadeHeap.DATABASE,
                    "shop",
                    true,
                    List.of(new Schema(2200, "public")),
                    List.of(new Named(17_000, name, 2200, TABLE, 0, 'r')))),
            false);
    catalogues.keep(names.encode(), FIRST, from, at, true);
  }

  private void keep(String name) {
    keep(name, made.end(), made.end());
    go();
  }

  private void backup(String id, Instant stopped) {
    Lsn start = made.end();
    made.record(MadeHeap.STANDBY, MadeHeap.RUNNING, MadeHeap.running());
    Lsn stop = go();
    try (ManifestLog log = new ManifestLog()) {
      ManifestHead head =
          new ManifestHead(
              new BackupId(id),
              BackupKind.FULL,
              "c",
              MadeJournal.SYSTEM,
              150_018,
              FIRST,
              start,
              stop,
              stopped,
              stopped,
              MadeJournal.SEGMENT,
              8192,
              true,
              "",
              false,
              "sql",
              "/data",
              0700,
              Map.of(),
              List.of(),
              0,
              0,
              0,
              List.of());
      cluster.commit(head, List.of(), log);
    }
  }

  private List<String> told(Optional<Instant> since) {
    return events(since).stream().map(event -> event.name().orElse("unknown")).toList();
  }

  private List<Event> events(Optional<Instant> since) {
    HistoryRequest request =
        new HistoryRequest(
            Optional.empty(), since, Optional.empty(), Set.of(), Optional.empty(), 1);
    return new History(cluster).read(request).events();
  }

  /** Renamed when the names were read, and before the backup from which WAL is read. */
  @Test
  void aRenameBeforeTheStartIsNotMissed() {
    keep("orders");
    backup("20260407T120000Z-full-1a2b", NOON);
    delete(NOON.plusSeconds(1));
    keep("orders_old");
    delete(NOON.plusSeconds(2));
    made.store();
    assertThat(told(Optional.empty())).containsExactly("public.orders_old", "public.orders_old");
  }

  @Test
  void namesThatWereReadBeforeTheStartAloneNameNothing() {
    keep("orders");
    backup("20260407T120000Z-full-1a2b", NOON);
    delete(NOON.plusSeconds(1));
    made.store();
    assertThat(told(Optional.empty())).containsExactly("unknown");
    assertThat(events(Optional.empty()).getFirst().subject())
        .as("by its file, and not by a name that it may have had")
        .matches(".*: unknown \\(file [^)]*\\b" + TABLE + "\\)")
        .doesNotContain("orders");
  }

  /** They may be those of before it. */
  @Test
  void namesThatWereReadAcrossTheStartNameNothing() {
    Lsn from = made.end();
    go();
    backup("20260407T120000Z-full-1a2b", NOON);
    keep("orders", from, made.end());
    go();
    delete(NOON.plusSeconds(1));
    made.store();
    assertThat(told(Optional.empty())).containsExactly("unknown");
  }

  /** The same names again are certain again, and what is asked for does not matter. */
  @Test
  void anEarlierBackupIsBegunWithWhereNoNamesWereReadBehindTheLast() {
    backup("20260407T120000Z-full-1a2b", NOON);
    keep("orders");
    keep("orders");
    backup("20260407T130000Z-full-1a2b", NOON.plusSeconds(3600));
    delete(NOON.plusSeconds(3601));
    made.store();
    assertThat(told(Optional.of(NOON.plusSeconds(3600)))).containsExactly("public.orders");
    assertThat(cluster.list(SnapshotKey.FOLDER)).as("the names lie there once").hasSize(3);
  }

  /** What was renamed in WAL that is gone has no name of before. */
  @Test
  void aGapMakesNamesUncertainOnBothSides() {
    backup("20260407T120000Z-full-1a2b", NOON);
    keep("orders");
    delete(NOON.plusSeconds(1));
    int gone = filled;
    for (int i = 0; i < 6; i++) {
      go();
    }
    delete(NOON.plusSeconds(2));
    keep("orders_old");
    delete(NOON.plusSeconds(3));
    made.store();
    assertThat(told(Optional.empty()))
        .as("nothing in the WAL renamed it before the last reading")
        .containsExactly("public.orders", "public.orders", "public.orders_old");
    SegmentName segment =
        SegmentName.containing(
            FIRST, new Lsn((64L << 20) + (long) ((gone + 3) * 0.4 * MadeJournal.SEGMENT)), 1 << 20);
    cluster.delete(cluster.key("wal/00000001/" + segment.fileName()));
    assertThat(told(Optional.empty()))
        .containsExactly("public.orders", "public.orders_old", "public.orders_old");
    cluster.list(SnapshotKey.FOLDER).stream()
        .filter(object -> NamesRead.of(object.key()).isPresent())
        .reduce((_, last) -> last)
        .ifPresent(last -> cluster.delete(last.key()));
    assertThat(told(Optional.empty())).containsExactly("public.orders", "unknown", "unknown");
  }

  @Test
  void aReadingIsNamedAsTheFormatSays() {
    NamesRead read =
        new NamesRead(
            FIRST,
            Lsn.parse("0/3000028"),
            Lsn.parse("1/A0"),
            "catalogue/00000001-0000000002000060");
    assertThat(read.name())
        .isEqualTo(
            "catalogue/00000001-00000001000000A0-0000000003000028-00000001-0000000002000060");
    assertThat(NamesRead.of(cluster.key(read.name()))).contains(read);
    assertThat(SnapshotKey.of(cluster.key(read.name()))).isEmpty();
    assertThat(NamesRead.of(cluster.key(read.names()))).isEmpty();
  }
}
