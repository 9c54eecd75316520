package io.mockupaws.engine.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** Repositories that a key of a KMS opens. */
class RepositoryKmsTest {
  private static final Secret SECRET = Secret.of("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=");
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();

  private static KmsKey kms(String key) {
    return new KmsKey(new FakeKms(), key);
  }

  private Repository open(MasterKey master) {
    return Repository.open(store, Optional.of(master), random);
  }

  private Repository create(MasterKey master) {
    Repository repository = Repository.create(store, Optional.of(master), random);
    ClusterRepository cluster = repository.createCluster(RepositoryTest.identity("prod"));
    cluster.put(cluster.key("wal/1"), ObjectKind.RECORD, "first".getBytes(UTF_8));
    return repository;
  }

  private static void assertCode(Runnable action, ErrorCode code, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.what() + e.nextStep())
                  .satisfies(
                      text -> List.of(words).forEach(word -> assertThat(text).contains(word)));
            });
  }

  @Test
  void theKeyOpensItAndAnotherOneDoesNot() {
    create(kms(FakeKms.KEY));
    ClusterRepository cluster = open(kms(FakeKms.KEY)).cluster("prod");
    assertThat(cluster.get(cluster.key("wal/1"), ObjectKind.RECORD)).isNotEmpty();
    assertCode(() -> open(kms(FakeKms.OTHER)), ErrorCode.WRONG_KEY, FakeKms.OTHER, "of-backups");
    assertCode(() -> open(SECRET), ErrorCode.WRONG_KEY, "BACKUP_KMS_KEY", "of-backups");
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "KMS_UNREACHABLE",
        "KMS_CREDENTIALS",
        "KMS_DENIED",
        "KMS_KEY_UNUSABLE",
        "KMS_NO_KEY"
      })
  void whatTheKmsSaysIsSaidAndChangesNothing(ErrorCode code) {
    create(SECRET);
    Map<ObjectKey, ObjectInfo> before = listing();
    FakeKms away = new FakeKms().failing(code);
    RepositoryKeys keys = open(SECRET).keys();
    assertCode(() -> keys.rotate(SECRET, new KmsKey(away, FakeKms.KEY), NOON), code);
    assertThat(listing()).isEqualTo(before);
    Store empty = Stores.inMemory();
    assertCode(
        () -> Repository.create(empty, Optional.of(new KmsKey(away, FakeKms.KEY)), random), code);
    assertThat(empty.list("", "", 10).objects()).isEmpty();

    keys.rotate(SECRET, kms(FakeKms.KEY), NOON);
    assertCode(() -> open(new KmsKey(away, FakeKms.KEY)), code);
    open(SECRET).close();
  }

  private Map<ObjectKey, ObjectInfo> listing() {
    return store.list("", "", 1000).objects().stream()
        .collect(java.util.stream.Collectors.toMap(ObjectInfo::key, one -> one));
  }

  @Test
  void aSecretAndAKeyOfAKmsTakeEachOthersPlace() {
    create(SECRET);
    RepositoryKeys keys = open(SECRET).keys();
    KmsKey kms = kms(FakeKms.KEY);
    assertThat(keys.planned(SECRET, kms).made()).isTrue();
    assertThat(keys.rotate(SECRET, kms, NOON).made()).isTrue();
    assertThat(keys.rotate(SECRET, kms, NOON).made()).as("again").isFalse();
    assertThat(open(kms).keys().former(kms))
        .singleElement()
        .satisfies(one -> assertThat(one.secret().reveal()).isEqualTo(SECRET.reveal()));
    assertThat(keys.retire(SECRET, kms)).hasSize(1);
    assertCode(() -> open(SECRET), ErrorCode.WRONG_KEY);

    Secret next = Secret.of("correct horse battery staple");
    RepositoryKeys byKms = open(kms).keys();
    assertThat(byKms.rotate(kms, next, NOON.plusSeconds(1)).made()).isTrue();
    assertThat(open(next).keys().former(next))
        .as("the secret before the KMS is carried over")
        .singleElement()
        .satisfies(one -> assertThat(one.secret().reveal()).isEqualTo(SECRET.reveal()));
    assertThat(open(next).keys().openers(next))
        .extracting(RepositoryKeys.Opener::kind, RepositoryKeys.Opener::inUse)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(MasterKey.Kind.KMS, false),
            org.assertj.core.groups.Tuple.tuple(MasterKey.Kind.PASSPHRASE, true));
    assertThat(byKms.retire(kms, next)).hasSize(1);
    assertCode(() -> open(kms), ErrorCode.WRONG_KEY);
    ClusterRepository cluster = open(next).cluster("prod");
    assertThat(cluster.get(cluster.key("wal/1"), ObjectKind.RECORD)).isNotEmpty();
  }

  @Test
  void fromOneKeyOfAKmsToAnother() {
    create(kms(FakeKms.KEY));
    RepositoryKeys keys = open(kms(FakeKms.KEY)).keys();
    assertCode(() -> keys.rotate(kms(FakeKms.KEY), kms(FakeKms.KEY), NOON), ErrorCode.USAGE);
    assertCode(() -> keys.retire(kms(FakeKms.KEY), kms(FakeKms.OTHER)), ErrorCode.WRONG_KEY);
    keys.rotate(kms(FakeKms.KEY), kms(FakeKms.OTHER), NOON);
    keys.retire(kms(FakeKms.KEY), kms(FakeKms.OTHER));
    assertCode(() -> open(kms(FakeKms.KEY)), ErrorCode.WRONG_KEY);
    open(kms(FakeKms.OTHER)).close();
  }

  @Test
  void whoHasASecretNeedsNoKms() {
    create(SECRET);
    FakeKms counting = new FakeKms();
    open(SECRET).keys().rotate(SECRET, new KmsKey(counting, FakeKms.KEY), NOON);
    int calls = counting.calls();
    open(SECRET).keys().openers(SECRET);
    assertThat(counting.calls()).isEqualTo(calls);
  }

  @Test
  void aBlobFromAnotherSlotOrAChangedOneIsDamage() {
    create(kms(FakeKms.KEY));
    Store other = Stores.inMemory();
    Repository.create(other, Optional.of(kms(FakeKms.KEY)), random);
    ObjectKey key = store.list("keys/", "", 10).objects().getFirst().key();
    ObjectKey foreign = other.list("keys/", "", 10).objects().getFirst().key();
    ObjectNode slot = node(key);
    ObjectNode moved = slot.deepCopy();
    moved.set("kms", CheckedText.decode(foreign, other.read(foreign, 0, 65_536)).get("kms"));
    ObjectNode salted = slot.deepCopy();
    salted.put(
        "salt",
        CheckedText.decode(foreign, other.read(foreign, 0, 65_536)).get("salt").stringValue());
    store.delete(key);
    store.create(key, CheckedText.encode(moved));
    assertCode(
        () -> open(kms(FakeKms.KEY)), ErrorCode.DAMAGED_OBJECT, "never sealed for this slot");
    for (ObjectNode wrong : List.of(moved, salted)) {
      store.delete(key);
      store.create(key, CheckedText.encode(wrong));
      assertCode(() -> open(kms(FakeKms.KEY)), ErrorCode.DAMAGED_OBJECT, key.value());
    }
    ObjectNode unsealed = slot.deepCopy();
    unsealed.remove("kms");
    store.delete(key);
    store.create(key, CheckedText.encode(unsealed));
    assertCode(() -> open(kms(FakeKms.KEY)), ErrorCode.DAMAGED_OBJECT, key.value());
  }

  private ObjectNode node(ObjectKey key) {
    return (ObjectNode) CheckedText.decode(key, store.read(key, 0, 65_536));
  }
}
