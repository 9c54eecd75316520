package io.mockupaws.engine.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there of a logical backup when something goes wrong; programs of the test's own dump. */
class LogicalBackupsTest {
  private static final String SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00.9Z");

  @TempDir private Path folder;
  private Store store;
  private Repository repository;
  private ClusterRepository cluster;
  private DumpSecrets secrets;
  private Instant clock = NOON;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    open(place("repository"));
    program("pg_dumpall", "echo '-- PostgreSQL database cluster dump complete'");
  }

  private Store place(String name) {
    return Stores.create(StoreAddress.parse("file://" + folder.resolve(name)), StoreOptions.none());
  }

  private void open(Store at) {
    store = at;
    repository = Repository.create(at, Optional.of(Secret.of(SECRET)), new SecureRandom());
    cluster = repository.createCluster(new ClusterIdentity("prod", 7, 15, 1 << 24, NOON));
    secrets = new DumpSecrets(Optional.of(Secret.of(SECRET)), List::of);
  }

  private void program(String name, String script) throws IOException {
    Path program = folder.resolve("bin").resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private LogicalBackups backups() {
    return new LogicalBackups(repository, cluster, secrets, () -> clock, new SecureRandom());
  }

  private LogicalPlan plan(String... databases) {
    ServerAddress server = ServerAddress.parse("postgresql://u@127.0.0.1:1/one", Map.of());
    List<LogicalPlan.Database> all = new ArrayList<>();
    for (String name : databases) {
      all.add(new LogicalPlan.Database(name, 1, "{}"));
    }
    return new LogicalPlan(
        new LogicalRequest(server, List.of(), false, Filters.none(), Optional.empty()),
        server,
        150_018,
        7,
        new ClientTools(folder.resolve("bin"), "15.18"),
        all,
        true,
        2,
        List.of());
  }

  private LogicalResult take(String... databases) {
    return backups().take(plan(databases), (_, _) -> {}, new Cancel());
  }

  private List<String> dumps() {
    List<String> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key().value()));
    keys.removeIf(key -> !key.contains("backups/"));
    return keys;
  }

  private String read(ObjectKey key) {
    OpenedDump dump = OpenedDump.open(new DumpBytes.InStore(store, key), secrets, false);
    try (InputStream content = dump.content(_ -> {})) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertFails(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).as(e.what()).isEqualTo(code));
  }

  @Test
  void eachDatabaseIsAnObjectWithASidecarUnderTheContractsName() throws IOException {
    program("pg_dump", "echo of $PGDATABASE");
    LogicalResult result = take("one", "o n/e.");
    assertThat(result.failures()).isEmpty();
    String full = "backups/full/20260407/";
    String globals = "backups/globals/20260407/prod_globals_20260407_120000.sql.gz.enc";
    assertThat(dumps())
        .containsExactly(
            full + "o=20n=2Fe._full_20260407_120000.sql.gz.enc",
            full + "o=20n=2Fe._full_20260407_120000.sql.gz.enc.sidecar",
            full + "one_full_20260407_120000.sql.gz.enc",
            full + "one_full_20260407_120000.sql.gz.enc.sidecar",
            globals,
            globals + ".sidecar");
    assertThat(result.dumps()).extracting(one -> read(one.key())).contains("of o n/e.\n");
    LogicalCatalogue.Listed listed = backups().catalogue().list();
    assertThat(listed.others()).isEmpty();
    assertThat(listed.backups())
        .extracting(one -> one.facts().content())
        .containsOnlyOnce(DumpSidecar.Content.GLOBALS)
        .hasSize(3);
    // the next one of the same second has the next second's name
    take("one");
    assertThat(dumps()).contains(full + "one_full_20260407_120001.sql.gz.enc");
    assertThat(backups().catalogue().newest("one").orElseThrow().name()).contains("120001");
  }

  @Test
  void inARepositoryOfSeveralClustersItLiesBelowItsCluster() throws IOException {
    program("pg_dump", "echo x");
    ClusterRepository first = cluster;
    take("one");
    cluster = repository.createCluster(new ClusterIdentity("other", 8, 15, 1 << 24, NOON));
    take("one");
    assertThat(dumps()).contains("other/backups/full/20260407/one_full_20260407_120000.sql.gz.enc");
    assertThat(backups().catalogue().list().backups()).hasSize(2);
    cluster = first;
    assertThat(backups().catalogue().list().backups()).hasSize(2);
  }

  /** It wrote everything, and then said that it could not. */
  @Test
  void aProgramThatFailsLeavesNothingAndDoesNotStopTheOthers() throws IOException {
    program(
        "pg_dump",
        "head -c 5000000 /dev/zero; [ $PGDATABASE != bad ] || { echo broken >&2; exit 1; }");
    LogicalResult result = take("bad", "good");
    assertThat(result.failures())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.database()).contains("bad");
              assertThat(one.failure().code()).isEqualTo(ErrorCode.DUMP_FAILED);
              assertThat(one.failure().what()).contains("broken");
            });
    assertThat(dumps()).noneMatch(key -> key.contains("bad")).hasSize(4);
  }

  @Test
  void oneThatIsStoppedLeavesNothing() throws IOException {
    program("pg_dump", "cat /dev/zero");
    Cancel cancel = new Cancel();
    assertFails(
        ErrorCode.BACKUP_INTERRUPTED,
        () ->
            backups()
                .take(
                    plan("one"),
                    (_, bytes) -> {
                      if (bytes > 3_000_000) {
                        cancel.ask();
                      }
                    },
                    cancel));
    assertThat(dumps()).hasSize(2).allMatch(key -> key.contains("globals"));
  }

  /** A kill between the two objects. */
  @Test
  void withoutItsSidecarItIsNoBackup() throws IOException {
    program("pg_dump", "echo x");
    ObjectKey key = take("one").dumps().getLast().key();
    store.delete(Dumps.sidecarOf(key));
    LogicalCatalogue.Listed listed = backups().catalogue().list();
    assertThat(listed.backups()).hasSize(1);
    assertThat(listed.others()).extracting(LogicalCatalogue.Other::key).containsExactly(key);
    assertThat(backups().catalogue().newest("one")).isEmpty();
    assertFails(ErrorCode.NO_SIDECAR, () -> read(key));
  }

  @Test
  void damageIsToldBeforeAByteOfItIsUsed() throws IOException {
    program("pg_dump", "head -c 20000000 /dev/urandom");
    ObjectKey key = take("one").dumps().getLast().key();
    Path file = folder.resolve("repository").resolve(key.value());
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole.length).isGreaterThan(DumpOutput.PIECE_BYTES);
    byte[] changed = whole.clone();
    changed[DumpOutput.PIECE_BYTES + 5] ^= 1;
    Files.write(file, changed);
    assertFails(ErrorCode.DAMAGED_OBJECT, () -> read(key));
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 16));
    assertFails(ErrorCode.DAMAGED_OBJECT, () -> read(key));
    assertThat(backups().catalogue().list().others()).hasSize(1);
    Files.write(file, whole);
    assertThat(read(key)).isNotEmpty();
  }

  @Test
  void anotherKeyIsToldFromDamageAndAFormerOneIsFound() throws IOException {
    program("pg_dump", "echo x");
    ObjectKey key = take("one").dumps().getLast().key();
    Secret other = Secret.of("another secret of the operator");
    secrets = new DumpSecrets(Optional.of(other), List::of);
    assertFails(ErrorCode.WRONG_KEY, () -> read(key));
    assertThat(backups().catalogue().list().others()).hasSize(2);
    Secret first = Secret.of(SECRET);
    secrets =
        new DumpSecrets(
            Optional.of(other),
            () ->
                List.of(
                    new io.mockupaws.core.crypto.FormerSecret(first.fingerprint(), NOON, first)));
    assertThat(read(key)).isEqualTo("x\n");
  }

  /** openssl takes the variable as it is. */
  @Test
  void aPasswordThatOpensslWouldReadOtherwiseIsRefused() throws IOException {
    program("pg_dump", "echo x");
    secrets = new DumpSecrets(Optional.of(Secret.of(SECRET + " ")), List::of);
    assertThat(take("one").failures())
        .extracting(one -> one.failure().code())
        .containsOnly(ErrorCode.MISSING_SETTING);
    assertThat(dumps()).isEmpty();
  }

  /** The newest is the newest: what rots in one store is whole in the other. */
  @Test
  void aSidecarOrASizeThatIsWrongInOneStoreIsTakenFromAnother() throws IOException {
    program("pg_dump", "head -c 20000000 /dev/urandom");
    open(Stores.group(List.of(place("first"), place("second")), GroupPolicy.normal()));
    ObjectKey key = take("one").dumps().getLast().key();
    String content = read(key);
    Path first = folder.resolve("first");
    Path sidecar = first.resolve(key.value() + Dumps.SIDECAR);
    byte[] text = Files.readAllBytes(sidecar);
    text[20] ^= 1;
    Files.write(sidecar, text);
    byte[] whole = Files.readAllBytes(first.resolve(key.value()));
    Files.write(first.resolve(key.value()), java.util.Arrays.copyOf(whole, 1000));
    assertThat(backups().catalogue().newest("one").orElseThrow().key()).isEqualTo(key);
    assertThat(read(key)).isEqualTo(content);
    Files.write(folder.resolve("second").resolve(key.value() + Dumps.SIDECAR), text);
    assertFails(ErrorCode.DAMAGED_OBJECT, () -> read(key));
  }

  @Test
  void whoTakesAnEarlierDumpIsToldOfTheLaterOne() throws IOException {
    program("pg_dump", "echo x");
    ObjectKey earlier = take("one").dumps().getLast().key();
    ObjectKey later = take("one").dumps().getLast().key();
    take("one_full");
    store.delete(Dumps.sidecarOf(later));
    LogicalCatalogue.Listed listed = backups().catalogue().list();
    Optional<LogicalBackup> newest = listed.newest("one");
    assertThat(newest.orElseThrow().key()).isEqualTo(earlier);
    assertThat(listed.passedOver("one", newest))
        .extracting(LogicalCatalogue.Other::key)
        .containsExactly(later);
    assertThat(listed.passedOver("one_full", listed.newest("one_full"))).isEmpty();
    assertThat(listed.passedOver("one", Optional.of(newest.get()))).hasSize(1);
  }

  /** The other store has the sidecar, and is away: nobody is told to go without. */
  @Test
  void aSidecarThatCannotBeAskedForIsNotMissing() throws IOException {
    program("pg_dump", "echo x");
    LeavingStore first = new LeavingStore(place("first"));
    open(Stores.group(List.of(first, place("second")), GroupPolicy.normal()));
    ObjectKey key = take("one").dumps().getLast().key();
    Files.delete(folder.resolve("second").resolve(key.value() + Dumps.SIDECAR));
    first.leave();
    assertFails(ErrorCode.OBJECT_MISSING, () -> read(key));
    assertThat(backups().catalogue().list().others())
        .anySatisfy(other -> assertThat(other.why()).contains("cannot be reached"));
    first.comeBack();
    Files.delete(folder.resolve("first").resolve(key.value() + Dumps.SIDECAR));
    org.awaitility.Awaitility.await()
        .until(() -> store.members().stream().allMatch(member -> member.away().isEmpty()));
    assertFails(ErrorCode.NO_SIDECAR, () -> read(key));
  }

  /** Minutes of waiting for each of thousands of pieces would be hours. */
  @Test
  void aStoreThatIsAwayIsNotAskedForEachPiece() throws IOException {
    program("pg_dump", "head -c 60000000 /dev/urandom");
    LeavingStore first = new LeavingStore(place("first"));
    open(Stores.group(List.of(first, place("second")), GroupPolicy.normal()));
    ObjectKey key = take("one").dumps().getLast().key();
    first.leave();
    long before = first.reads();
    assertThat(read(key)).isNotEmpty();
    assertThat(first.reads() - before).isZero();
  }

  /** A host that booted in another year does not hide all dumps of this one. */
  @Test
  void aClockThatWasAheadIsNotBelieved() throws IOException {
    program("pg_dump", "echo x");
    Instant real = java.time.Clock.systemUTC().instant();
    clock = real.plus(java.time.Duration.ofDays(400));
    LogicalBackup ahead = first(take("one"));
    clock = real;
    for (String name : List.of(ahead.key().value(), ahead.key().value() + Dumps.SIDECAR)) {
      Files.setLastModifiedTime(
          folder.resolve("repository").resolve(name),
          java.nio.file.attribute.FileTime.from(real.minus(java.time.Duration.ofDays(3))));
    }
    ObjectKey right = take("one").dumps().getLast().key();
    LogicalCatalogue.Listed listed = backups().catalogue().list();
    assertThat(listed.newest("one").orElseThrow().key()).isEqualTo(right);
    assertThat(listed.backups()).filteredOn(LogicalBackup::isAhead).isNotEmpty();
  }

  private LogicalBackup first(LogicalResult result) {
    ObjectKey key = result.dumps().getLast().key();
    return backups().catalogue().list().backups().stream()
        .filter(one -> one.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  /**
   * A forgotten transaction would let no dump through, tonight nor later, and nobody would know.
   */
  @Test
  void pgDumpDoesNotWaitForALockForEver() throws IOException {
    program("pg_dump", "echo $*");
    ObjectKey key = take("one").dumps().getLast().key();
    assertThat(read(key)).contains("--lock-wait-timeout=900000");
  }

  @Test
  void aStoreGetsWhatItLacksAndADamagedPieceIsReadFromAnother() throws IOException {
    program("pg_dump", "head -c 20000000 /dev/urandom");
    open(Stores.group(List.of(place("first"), place("second")), GroupPolicy.normal()));
    ObjectKey key = take("one").dumps().getLast().key();
    Path second = folder.resolve("second");
    String content = read(key);
    Files.delete(second.resolve(key.value()));
    Files.delete(second.resolve(key.value() + Dumps.SIDECAR));
    new Replication(store, cluster.copier()).replicate(ReplicationListener.silent());
    assertThat(second.resolve(key.value())).exists();
    assertThat(second.resolve(key.value() + Dumps.SIDECAR)).exists();
    byte[] changed = Files.readAllBytes(folder.resolve("first").resolve(key.value()));
    changed[100] ^= 1;
    Files.write(folder.resolve("first").resolve(key.value()), changed);
    assertThat(read(key)).isEqualTo(content);
    // a damaged copy is not spread
    Files.delete(second.resolve(key.value()));
    new Replication(store, cluster.copier()).replicate(ReplicationListener.silent());
    assertThat(second.resolve(key.value())).doesNotExist();
  }
}
