package io.mockupaws.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What incremental backups add: packs that several name, and summaries of changes. */
class SharedPacksTest {
  private static final BackupId THIRD = new BackupId("20260408T130000Z-incremental-5e6f");
  private static final int BTREE = 11;

  @TempDir Path spool;

  /** Counts the bytes that are asked for of each object. */
  private static final class Counting extends ForwardingStore {
    private final Map<String, Long> bytes = new ConcurrentHashMap<>();

    Counting(Store store) {
      super(store);
    }

    @Override
    public InputStream read(ObjectKey key, long offset) {
      bytes.merge(key.value(), stat(key).orElseThrow().size() - offset, Long::sum);
      return super.read(key, offset);
    }

    @Override
    public byte[] read(ObjectKey key, long offset, int length) {
      bytes.merge(key.value(), (long) length, Long::sum);
      return super.read(key, offset, length);
    }
  }

  private MadeBackups made() {
    MadeBackups made = new MadeBackups(spool);
    made.journal.fillTo(0.2);
    Lsn start = made.journal.end();
    made.journal.fillTo(0.4);
    Instant noon = Instant.parse("2026-04-07T12:00:00Z");
    made.backup(MadeBackups.FIRST, start, made.journal.commit(noon));
    for (int segment = 1; segment <= 3; segment++) {
      for (int block = 0; block < 50; block++) {
        made.journal.record(BTREE, 0, change(100 * segment + block));
      }
      made.journal.fillTo(segment + 0.2);
    }
    start = made.journal.end();
    made.upon(THIRD, MadeBackups.FIRST, start, made.journal.commit(noon));
    made.journal.store();
    return made;
  }

  private static byte[] change(int block) {
    ByteBuffer body = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 0).put((byte) 0).putShort((short) 0);
    body.putInt(1663).putInt(5).putInt(16_384).putInt(block);
    return body.array();
  }

  private static VerifyReport verify(Store store, Depth depth) {
    Repository repository = Damaged.open(store);
    return new Verifier(repository, repository.cluster("c"))
        .run(new VerifyRequest(Optional.empty(), depth, 3), _ -> {});
  }

  @Test
  void aPackThatTwoBackupsNameIsReadOnce() {
    MadeBackups made = made();
    Counting counting = new Counting(made.store);
    VerifyReport report = verify(counting, Depth.READ);
    assertThat(report.isWhole()).as("%s", report).isTrue();
    List<String> packs = Damaged.keys(made.store, "clusters/c/packs/");
    assertThat(packs).hasSizeGreaterThan(2);
    assertThat(report.packs()).isEqualTo(packs.size());
    for (String pack : packs) {
      long size = made.store.stat(ObjectKey.of(pack)).orElseThrow().size();
      // The trailer is asked for by itself, with a little around it.
      assertThat(counting.bytes.get(pack)).as(pack).isBetween(size / 2, size + size / 4 + 1000);
    }
  }

  @Test
  void aDamagedPackBreaksEveryBackupThatNamesIt() {
    MadeBackups made = made();
    String pack = Damaged.keys(made.store, "clusters/c/packs/").getFirst();
    Store bad = Damaged.copy(made.store, pack, Damaged.Way.FLIPPED, "");
    VerifyReport report = verify(bad, Depth.READ);
    assertThat(report.backups()).extracting(BackupVerdict::whole).containsExactly(false, false);
    assertThat(report.findings().stream().filter(found -> found.object().equals(pack))).hasSize(1);
  }

  /** It would have made an incremental backup keep an old page. */
  @Test
  void aSummaryThatLacksWhatTheWalChangedIsDamage() {
    MadeBackups made = made();
    List<ObjectInfo> summaries = made.cluster.list("summaries/");
    assertThat(summaries).hasSize(2);
    ObjectKey key = summaries.getLast().key();
    made.cluster.delete(key);
    made.cluster.put(key, ObjectKind.RECORD, SummaryBytes.of(Summary.EMPTY));
    assertThat(verify(made.store, Depth.LISTED).findings()).isEmpty();
    VerifyReport report = verify(made.store, Depth.READ);
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.kind()).isEqualTo(Finding.Kind.CONTENT);
              assertThat(found.object()).isEqualTo(key.value());
              assertThat(found.what()).contains("block ", "16384", "--kind full");
            });
    assertThat(report.lost()).isEmpty();
  }

  /** More than changed costs reading, and nothing else. */
  @Test
  void aSummaryThatSaysTooMuchIsNoDamage() {
    MadeBackups made = made();
    ObjectKey key = made.cluster.list("summaries/").getLast().key();
    SummaryBuilder builder = new SummaryBuilder();
    builder.everything("who knows");
    made.cluster.delete(key);
    made.cluster.put(key, ObjectKind.RECORD, SummaryBytes.of(builder.summary()));
    assertThat(verify(made.store, Depth.READ).isWhole()).isTrue();
  }
}
