package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.AnsweringHttpClient.Answer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that are locked, and buckets that do not lock them. */
final class ObjectLockTest {
  private static final String MODE = "x-amz-object-lock-mode";
  private static final String UNTIL = "x-amz-object-lock-retain-until-date";
  private static final ObjectKey PACK = ObjectKey.of("clusters/shop/packs/backup/000000");
  private static final String PATH = "/bucket/p/" + PACK.value();
  private static final Instant NOW = Instant.parse("2026-04-07T12:00:00Z");
  private static final String THEN = "2026-05-08T00:00:00Z";
  private static final String MUCH_LATER = "2027-01-01T00:00:00Z";
  private static final int PART = 5 << 20;
  private static final RetryPolicy TWICE =
      new RetryPolicy(2, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1));

  private final LockingBucket bucket = new LockingBucket(() -> http().bodies().getLast());
  private final AnsweringHttpClient http = new AnsweringHttpClient(bucket);

  private AnsweringHttpClient http() {
    return http;
  }

  private Store store(String options) {
    var address =
        (StoreAddress.Bucket)
            StoreAddress.parse("s3://bucket/p?endpoint=http://s3.test&part-size=5MiB" + options);
    StoreOptions credentials =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    return new S3Store(
        address,
        new S3Connection(address, credentials, () -> http, Duration.ofSeconds(60)),
        InstantSource.fixed(NOW));
  }

  private Store locking() {
    return store("&lock=30d");
  }

  private static CreateOutcome upload(Store store, ObjectKey key, int bytes) {
    try (Upload upload = store.upload(key)) {
      for (int left = bytes; left > 0; left -= PART) {
        upload.part(ByteBuffer.allocate(Math.min(left, PART)));
      }
      return upload.commit();
    }
  }

  private static StoreException fault(ThrowingCallable call) {
    return catchThrowableOfType(StoreException.class, call);
  }

  private List<String> methods() {
    return http.requests().stream()
        .map(one -> one.replaceAll(" .*\\?", "?").replaceAll(" .*", ""))
        .toList();
  }

  @Test
  void aLockEndsWithADayOfUtc() {
    ObjectLock lock = new ObjectLock(30, ObjectLock.Mode.GOVERNANCE);
    assertThat(lock.until(NOW)).isEqualTo(THEN);
    assertThat(lock.until(Instant.parse("2026-04-07T23:59:59.9Z"))).isEqualTo(THEN);
    assertThat(lock.until(Instant.parse("2026-04-07T00:00:00Z"))).isEqualTo(THEN);
    assertThat(lock.until(Instant.parse("2026-04-08T00:00:00Z")))
        .isEqualTo(Instant.parse(THEN).plus(Duration.ofDays(1)));
  }

  @Test
  void whatIsMadeIsLockedAndReadBack() {
    Store store = locking();
    assertThat(store.create(PACK, new byte[1])).isEqualTo(CreateOutcome.CREATED);
    assertThat(methods()).containsExactly("PUT", "GET?retention");
    assertThat(http.header(MODE)).containsExactly("GOVERNANCE", "-");
    assertThat(http.header(UNTIL)).containsExactly(THEN, "-");
    assertThat(http.header("x-amz-sdk-checksum-algorithm")).first().isEqualTo("CRC32C");
    assertThat(store.locks().orElseThrow().lockedUntil(PACK)).contains(Instant.parse(THEN));
  }

  @Test
  void soIsWhatIsUploadedInParts() {
    Store store = store("&lock=30d&lock-mode=compliance");
    assertThat(upload(store, PACK, PART + 1)).isEqualTo(CreateOutcome.CREATED);
    assertThat(methods())
        .containsExactly(
            "POST?uploads",
            "PUT?partNumber=1&uploadId=7",
            "PUT?partNumber=2&uploadId=7",
            "POST?uploadId=7",
            "GET?retention");
    assertThat(http.header(MODE)).containsExactly("COMPLIANCE", "-", "-", "-", "-");
    assertThat(http.header(UNTIL)).first().isEqualTo(THEN);
    assertThat(http.header("x-amz-checksum-algorithm")).first().isEqualTo("CRC32C");
    assertThat(http.header("x-amz-sdk-checksum-algorithm").subList(1, 3))
        .as("S3 takes no part without the checksum that the upload began with")
        .containsOnly("CRC32C");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repository",
        "keys/0123456789abcdef",
        "clusters/shop/cluster",
        "clusters/shop/backups/20260407T120000Z-full-0001",
        "clusters/shop/packs/20260407T120000Z-full-0001/000000",
        "clusters/shop/wal/00000001/000000010000000000000001",
        "clusters/shop/history/00000002.history",
        "clusters/shop/configuration/20260407T120000Z-config-0001",
        "backups/full/20260407/shop_full_20260407_120000.sql.gz.enc",
        "backups/full/20260407/shop_full_20260407_120000.sql.gz.enc.sidecar",
        "shop/backups/globals/20260407/shop_globals_20260407_120000.sql.gz.enc",
      })
  void whatARecoveryNeedsIsLocked(String key) {
    locking().create(ObjectKey.of(key), new byte[1]);
    assertThat(http.header(UNTIL)).containsExactly(THEN, "-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clusters/shop/lease/stream/0000000000000001",
        "clusters/shop/tail/000000010000000000000001/00000000-00000010",
        "clusters/shop/notes/20260407T120000Z-full-0001/000000",
        "clusters/shop/summaries/00000001/000000010000000000000001",
        "clusters/shop/expired/20260407T120000Z-full-0001",
        "clusters/shop/holds/20260407T120000Z-full-0001",
        "clusters/shop/dumps/expired/backups/full/20260407/x.sql.gz.enc",
        "clusters/shop/runs/physical/0000000000000001-0001/begun",
        "clusters/shop/heard/00000001-0000000000000001-0000000000000001",
        "clusters/shop/removed/0000000000000001",
        "replaced/20260407T120000Z/clusters/shop/packs/b/000000",
        "probe/1",
      })
  void whatNormalWorkRemovesIsNotNorIsItAskedFor(String key) {
    Store store = locking();
    store.create(ObjectKey.of(key), new byte[1]);
    upload(store, ObjectKey.of(key + "x"), PART);
    assertThat(http.header(MODE)).containsOnly("-");
    assertThat(store.locks().orElseThrow().lockedUntil(ObjectKey.of(key))).isEmpty();
    assertThat(methods()).doesNotContain("GET?retention");
  }

  @Test
  void withoutTheOptionNothingIsLocked() {
    Store store = store("");
    store.create(PACK, new byte[1]);
    upload(store, ObjectKey.of(PACK.value() + "1"), PART);
    assertThat(store.locks()).isEmpty();
    assertThat(http.header(MODE)).containsOnly("-");
    assertThat(methods()).doesNotContain("GET?retention");
  }

  // --- buckets that do not lock

  @Test
  void aBucketThatOnlyTakesTheHeadersIsFoundOutAndNothingStays() {
    bucket.forgets = true;
    for (ThrowingCallable making :
        List.<ThrowingCallable>of(
            () -> locking().create(PACK, new byte[1]), () -> upload(locking(), PACK, PART))) {
      StoreException fault = fault(making);
      assertThat(fault.code()).isEqualTo(ErrorCode.STORE_NOT_LOCKED);
      assertThat(fault.transientFault()).isFalse();
      assertThat(fault.what()).contains("bucket").contains(PACK.value()).contains(THEN);
      assertThat(fault.nextStep()).contains("put-object-lock-configuration").contains("lock=");
      assertThat(methods()).endsWith("GET?retention", "DELETE");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GOVERNANCE, 2026-05-07T23:59:59Z, governance",
    "GOVERNANCE, 2027-01-01T00:00:00Z, compliance",
  })
  void aLockThatIsShorterOrWeakerIsNone(String mode, String until, String asked) {
    Store store = store("&lock=30d&lock-mode=" + asked);
    bucket.nextReading = Optional.of(Answer.of(200, LockingBucket.text(mode, until)));
    assertThat(fault(() -> store.create(PACK, new byte[1])).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
  }

  @ParameterizedTest
  @CsvSource({"400, InvalidRequest", "501, NotImplemented"})
  void aBucketWithoutObjectLockRefusesAndItIsSaidWhy(int status, String code) {
    bucket.refusal = Optional.of(Answer.error(status, code));
    assertThat(fault(() -> locking().create(PACK, new byte[1])).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
    assertThat(fault(() -> upload(locking(), PACK, PART)).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
    assertThat(
            fault(() -> locking().locks().orElseThrow().extendAsIfMadeIn(Duration.ZERO, PACK))
                .code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
  }

  @Test
  void aServerWithoutObjectLockIsRefusedAndKeepsNothing(@TempDir Path folder) {
    try (S3TestServer server = new S3TestServer(folder)) {
      server.bucket("bucket");
      try (Store store =
          Stores.openOnce(
              StoreAddress.parse("s3://bucket?part-size=5MiB&lock=30d"), server.options())) {
        assertThat(fault(() -> store.create(PACK, new byte[1])).code())
            .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
        assertThat(fault(() -> upload(store, PACK, PART)).code())
            .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
        assertThat(fault(() -> store.locks().orElseThrow().prove()).code())
            .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
        assertThat(store.list("", "", 10).objects()).isEmpty();
      }
    }
  }

  @Test
  void aRightThatIsLackingIsNamed() {
    bucket.refusal = Optional.of(Answer.error(403, "AccessDenied"));
    StoreException writing = fault(() -> locking().create(PACK, new byte[1]));
    assertThat(writing.code()).isEqualTo(ErrorCode.STORE_DENIED);
    assertThat(writing.nextStep()).contains("s3:PutObject and s3:PutObjectRetention");
    StoreException parts = fault(() -> upload(locking(), PACK, PART));
    assertThat(parts.nextStep()).contains("s3:PutObjectRetention");
    bucket.refusal = Optional.empty();
    bucket.nextReading = Optional.of(Answer.error(403, "AccessDenied"));
    StoreException reading = fault(() -> locking().create(PACK, new byte[1]));
    assertThat(reading.code()).isEqualTo(ErrorCode.STORE_DENIED);
    assertThat(reading.nextStep()).contains("s3:GetObjectRetention");
  }

  // --- what is there already

  @Test
  void whatIsThereWithoutALockGetsOne() {
    store("").create(PACK, new byte[1]);
    assertThat(locking().create(PACK, new byte[1])).isEqualTo(CreateOutcome.EXISTS);
    assertThat(bucket.locks).containsEntry(PATH, LockingBucket.text("GOVERNANCE", THEN));
  }

  /** Its own object, found at the second try, must not count as made before it is locked. */
  @Test
  void aCreationWhoseCheckFailedIsMadeSureOfByTheNextTry() {
    bucket.nextReading = Optional.of(Answer.error(500, "InternalError"));
    bucket.forgets = true;
    Store store = RetryingStore.of(locking(), TWICE, RetryListener.silent());
    assertThat(fault(() -> store.create(PACK, new byte[1])).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
  }

  @ParameterizedTest
  @CsvSource({
    "GOVERNANCE, 2026-05-07T00:00:00Z, governance, GOVERNANCE, 2026-05-08T00:00:00Z",
    "GOVERNANCE, 2026-05-07T00:00:00Z, compliance, GOVERNANCE, 2026-05-08T00:00:00Z",
    "COMPLIANCE, 2026-05-07T00:00:00Z, governance, COMPLIANCE, 2026-05-08T00:00:00Z",
    "COMPLIANCE, 2027-01-01T00:00:00Z, governance, COMPLIANCE, 2027-01-01T00:00:00Z",
  })
  void aLockIsExtendedAndNeverMadeShorterOrAnother(
      String mode, String until, String asked, String keptMode, String keptUntil) {
    Locks locks = store("&lock=30d&lock-mode=" + asked).locks().orElseThrow();
    bucket.locks.put(PATH, LockingBucket.text(mode, until));
    locks.extendAsIfMadeIn(Duration.ZERO, PACK);
    assertThat(bucket.locks).containsEntry(PATH, LockingBucket.text(keptMode, keptUntil));
    assertThat(locks.isLockedAsIfMadeIn(Duration.ZERO, PACK)).isTrue();
    int requests = http.requests().size();
    locks.extendAsIfMadeIn(Duration.ZERO, PACK);
    assertThat(http.requests()).as("nothing but the question").hasSize(requests + 1);
    locks.extendAsIfMadeIn(Duration.ofHours(13), PACK);
    assertThat(locks.lockedUntil(PACK).orElseThrow())
        .isAfterOrEqualTo(Instant.parse(THEN).plus(Duration.ofDays(1)));
  }

  @Test
  void anExtensionThatIsNotThereAfterwardsIsAFault() {
    bucket.locks.put(PATH, LockingBucket.text("GOVERNANCE", "2026-05-07T00:00:00Z"));
    bucket.forgets = true;
    Locks locks = locking().locks().orElseThrow();
    assertThat(fault(() -> locks.extendAsIfMadeIn(Duration.ZERO, PACK)).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
    assertThat(locks.isLockedAsIfMadeIn(Duration.ZERO, PACK)).isFalse();
  }

  @Test
  void itIsProvenByAnObjectThatIsLockedForMinutes() {
    locking().locks().orElseThrow().prove();
    assertThat(methods()).containsExactly("PUT", "GET?retention", "DELETE");
    assertThat(http.header(UNTIL)).first().isEqualTo("2026-04-07T12:20:00Z");
    bucket.forgets = true;
    assertThat(fault(() -> locking().locks().orElseThrow().prove()).code())
        .isEqualTo(ErrorCode.STORE_NOT_LOCKED);
  }

  @Test
  void aDefaultOfTheBucketShowsOnWhatIsGivenNoLock() {
    ObjectKey probe = ObjectKey.of("probe/1");
    Locks locks = Stores.group(List.of(locking()), GroupPolicy.normal()).locks().orElseThrow();
    assertThat(locks.lockedUnasked(probe)).isEmpty();
    bucket.locks.put(
        PATH.replace(PACK.value(), probe.value()), LockingBucket.text("GOVERNANCE", THEN));
    assertThat(locks.lockedUnasked(probe)).contains(Instant.parse(THEN));
    assertThat(locks.lockedUntil(probe)).isEmpty();
  }

  /** Each of several stores by its own address; one without locks hides none of the others'. */
  @Test
  void severalStoresLockEachForItself() {
    Store memory = Stores.inMemory();
    Store group = Stores.group(List.of(memory, locking()), GroupPolicy.normal());
    assertThat(Stores.group(List.of(memory, Stores.inMemory()), GroupPolicy.normal()).locks())
        .isEmpty();
    group.create(PACK, new byte[1]);
    Locks locks = group.patient().locks().orElseThrow();
    assertThat(locks.lockedUntil(PACK)).contains(Instant.parse(THEN));
    bucket.locks.put(PATH, LockingBucket.text("GOVERNANCE", "2026-05-07T00:00:00Z"));
    assertThat(locks.isLockedAsIfMadeIn(Duration.ZERO, PACK)).isFalse();
    locks.extendAsIfMadeIn(Duration.ZERO, PACK);
    assertThat(locks.isLockedAsIfMadeIn(Duration.ZERO, PACK)).isTrue();
    bucket.locks.put(PATH, LockingBucket.text("GOVERNANCE", MUCH_LATER));
    assertThat(locks.lockedUntil(PACK)).contains(Instant.parse(MUCH_LATER));
  }
}
