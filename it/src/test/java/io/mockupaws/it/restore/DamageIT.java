package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.history.Catalogues;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.retention.Hold;
import io.mockupaws.engine.retention.Holds;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Finding;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One object of a real repository at a time goes bad, in a way and at a place that a seed draws: a
 * verification names it, and a restore gives what was backed up or nothing.
 *
 * <p>{@code damage.rounds} and {@code damage.seed} set how long it goes on and what is drawn.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamageIT {
  private static final Secret SECRET = Secret.of(ProtectedCluster.SECRET);
  private static final int ROUNDS = Integer.getInteger("damage.rounds", 60);
  private static final long SEED = Long.getLong("damage.seed", 4711);
  private static final String ROWS = "SELECT count(*), sum(hashtext(t::text)) FROM t";

  /** Words of a holder, of the moment. */
  private static final List<String> NOT_LASTING = List.of("/lease/");

  private final Store store = Stores.inMemory();
  private EmbeddedPostgres live;
  private ProtectedCluster cluster;
  private List<String> rows;
  private Lsn oldest;
  private BackupId newest;
  private Map<String, String> files;

  /** The ways in which an object goes bad. */
  private enum Way {
    BIT,
    BYTE,
    BLOCK,
    ZEROED,
    CUT,
    LONGER,
    /** Another object's whole content under its name. */
    SWAPPED;

    byte[] of(byte[] good, byte[] other, Random random) {
      int at = random.nextInt(good.length);
      int length = Math.min(good.length - at, 1 + random.nextInt(4096));
      byte[] bad = good.clone();
      switch (this) {
        case BIT -> bad[at] ^= (byte) (1 << random.nextInt(8));
        case BYTE -> bad[at] ^= (byte) (1 + random.nextInt(255));
        case BLOCK -> {
          byte[] block = new byte[length];
          random.nextBytes(block);
          System.arraycopy(block, 0, bad, at, length);
        }
        case ZEROED -> Arrays.fill(bad, at, at + length, (byte) 0);
        case CUT -> bad = Arrays.copyOf(good, at);
        case LONGER -> bad = Arrays.copyOf(good, good.length + length);
        case SWAPPED -> bad = other;
      }
      return bad;
    }
  }

  @BeforeAll
  void protect() {
    live = ProtectedCluster.server(18);
    cluster = new ProtectedCluster(live.login(), store);
    ServerAddress address = ServerAddress.parse(live.url("postgres"));
    live.run("CREATE TABLE t AS SELECT i, md5(i::text) AS m FROM generate_series(1, 50000) AS i");
    oldest = cluster.backup().start();
    live.run("UPDATE t SET m = md5(m) WHERE i % 100 = 0", "SELECT pg_switch_wal()");
    new Catalogues(cluster.repository()).keep(address);
    live.run("CREATE TABLE u AS SELECT 1 AS one", "INSERT INTO t VALUES (0)");
    newest =
        cluster
            .backup(BackupRequest.usual().as(BackupRequest.Kind.INCREMENTAL), BackupProgress.none())
            .id();
    new Configurations(cluster.repository(), InstantSource.system(), new SecureRandom())
        .take(address, false);
    new Holds(cluster.repository())
        .add(newest, new Hold(Instant.now(), "audit"), Duration.ofSeconds(10));
    live.run("INSERT INTO t VALUES (-1)", "SELECT pg_switch_wal()", "INSERT INTO t VALUES (-2)");
    cluster.awaitDurable();
    cluster.stopStreaming();
    rows = rows(live.sql("postgres"));
    files = restoredFiles();
  }

  @AfterAll
  void end() {
    cluster.close();
    live.close();
  }

  @Test
  void everyDamageIsNamedAndNoWrongByteIsRestored() throws IOException {
    assertThat(verify().isWhole()).as("whole before").isTrue();
    List<ObjectKey> objects = objects();
    TreeMap<String, Tally> tallies = new TreeMap<>();
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      // each kind as often as another, however many objects it has
      List<String> kinds = objects.stream().map(DamageIT::kind).distinct().toList();
      String kind = kinds.get(round % kinds.size());
      List<ObjectKey> ofKind = objects.stream().filter(k -> kind(k).equals(kind)).toList();
      ObjectKey key = ofKind.get(random.nextInt(ofKind.size()));
      Way way = Way.values()[random.nextInt(Way.values().length)];
      List<ObjectKey> others = ofKind.size() > 1 && random.nextBoolean() ? ofKind : objects;
      ObjectKey other = others.get(random.nextInt(others.size()));
      byte[] good = content(key);
      byte[] bad = way.of(good, content(other), random);
      if (!Arrays.equals(good, bad)) {
        String what = "seed " + SEED + ", round " + round + ": " + way + " of " + key;
        replace(key, bad);
        try {
          tallies.computeIfAbsent(kind, _ -> new Tally()).judge(key, what);
        } finally {
          replace(key, good);
        }
      }
    }
    Files.write(
        Path.of("target", "damage.txt"),
        tallies.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    assertThat(tallies.values().stream().flatMap(t -> t.wrong.stream())).isEmpty();
    assertThat(verify().isWhole()).as("whole afterwards").isTrue();
  }

  /** What was seen of one kind of object. */
  private final class Tally {
    int damaged;
    int refused;
    int right;
    final List<String> wrong = new ArrayList<>();

    void judge(ObjectKey key, String what) {
      damaged++;
      List<String> named = named();
      if (named.stream().noneMatch(word -> word.contains(key.value()))) {
        wrong.add("not named by verify: " + what + ": " + named);
      }
      try {
        List<String> differences = needsServer(key) ? rowsOtherwise() : filesOtherwise();
        if (differences.isEmpty()) {
          right++;
        } else {
          wrong.add("restored otherwise: " + what + ": " + differences);
        }
      } catch (Failure e) {
        refused++;
      }
    }

    @Override
    public String toString() {
      return damaged + " damaged, restores " + right + " right and " + refused + " refused";
    }
  }

  /** What a verification names; where not even the cluster can be opened, its failure does. */
  private List<String> named() {
    try {
      return verify().findings().stream().map(Finding::object).toList();
    } catch (Failure e) {
      return List.of(e.what());
    }
  }

  private VerifyReport verify() {
    Repository repository = reopened();
    try {
      return new Verifier(repository, repository.cluster("prod"))
          .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    } finally {
      repository.close();
    }
  }

  private List<ObjectKey> objects() {
    List<ObjectKey> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key()));
    keys.removeIf(key -> NOT_LASTING.stream().anyMatch(key.value()::contains));
    // what lies before the first backup serves nobody, and is not read
    String first = SegmentName.containing(new Timeline(1), oldest, 1 << 24).fileName();
    keys.removeIf(key -> key.value().matches(".*/wal/.*/0[^/]*") && last(key).compareTo(first) < 0);
    return keys;
  }

  /** The folder below the cluster's; of what lies above it, its own. */
  private static String kind(ObjectKey key) {
    String[] parts = key.value().split("/", -1);
    return parts[0].equals("clusters") && parts.length > 2 ? parts[2] : parts[0];
  }

  private static String last(ObjectKey key) {
    return key.value().substring(key.value().lastIndexOf('/') + 1);
  }

  private static boolean needsServer(ObjectKey key) {
    return List.of("wal", "tail", "history", "holes", "seams", "heard").contains(kind(key));
  }

  private byte[] content(ObjectKey key) {
    ObjectInfo info = store.stat(key).orElseThrow();
    return store.read(key, 0, (int) info.size());
  }

  private void replace(ObjectKey key, byte[] content) {
    store.delete(key);
    store.create(key, content);
  }

  private Repository reopened() {
    return Repository.open(store, Optional.of(SECRET), new SecureRandom());
  }

  /** The newest backup's files, without those that this host and this moment decide. */
  private Map<String, String> restoredFiles() {
    Repository repository = reopened();
    try (Copy copy = new Copy(repository.cluster("prod"))) {
      copy.restore(r -> r.withBackup(newest).withTarget(new TargetRequest.BackupEnd()));
      return hashes(copy.directory());
    } finally {
      repository.close();
    }
  }

  private List<String> filesOtherwise() {
    Map<String, String> restored = restoredFiles();
    Set<String> names = new TreeSet<>(files.keySet());
    names.addAll(restored.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(files.get(name), restored.get(name)))
        .toList();
  }

  private List<String> rowsOtherwise() {
    List<String> recovered = recoveredRows();
    return recovered.equals(rows) ? List.of() : recovered;
  }

  private List<String> recoveredRows() {
    Repository repository = reopened();
    try (Copy copy = new Copy(repository.cluster("prod"))) {
      RestorePlan plan = copy.plan(RestoreIT.started(PostgresBinaries.embedded(18)));
      copy.run(plan);
      return rows(copy.sql(live.login(), "postgres"));
    } finally {
      repository.close();
    }
  }

  private static List<String> rows(Sql sql) {
    try (sql) {
      return sql.rows(ROWS).getFirst();
    }
  }

  private static Map<String, String> hashes(Path directory) {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString();
        if (!name.contains("mockupaws")
            && !List.of("backup_manifest", "postgresql.auto.conf").contains(name)) {
          MessageDigest digest = MessageDigest.getInstance("SHA-256");
          hashes.put(name, HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file))));
        }
      }
      return hashes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
