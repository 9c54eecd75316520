package io.mockupaws.engine.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RepositoryKeysTest {
  private static final String FIRST = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final String SECOND = "correct horse battery staple";
  private static final String THIRD = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();

  private Repository open(String secret) {
    return Repository.open(store, Optional.of(Secret.of(secret)), random);
  }

  private RepositoryKeys.Rotated rotate(String from, String to, Instant now) {
    return open(from).keys().rotate(Secret.of(from), Secret.of(to), now);
  }

  private void assertCode(Runnable action, ErrorCode code) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void bothSecretsOpenWhatEitherWrote() {
    ClusterRepository before =
        Repository.create(store, RepositoryTest.secret(FIRST), random)
            .createCluster(RepositoryTest.identity("prod"));
    before.put(before.key("wal/1"), ObjectKind.RECORD, "before".getBytes(UTF_8));
    assertCode(() -> open(SECOND), ErrorCode.WRONG_KEY);

    rotate(FIRST, SECOND, NOON);
    before.put(before.key("wal/2"), ObjectKind.RECORD, "running".getBytes(UTF_8));
    ClusterRepository after = open(SECOND).cluster("prod");
    after.put(after.key("wal/3"), ObjectKind.RECORD, "after".getBytes(UTF_8));

    for (String secret : List.of(FIRST, SECOND)) {
      ClusterRepository opened = open(secret).cluster("prod");
      for (String key : List.of("wal/1", "wal/2", "wal/3")) {
        assertThat(opened.get(opened.key(key), ObjectKind.RECORD)).isNotEmpty();
      }
    }
    assertCode(() -> open(THIRD), ErrorCode.WRONG_KEY);
  }

  @Test
  void everyFormerSecretIsFoundUnderTheNewestAndUnderNoOlderOne() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    rotate(FIRST, SECOND, NOON);
    rotate(SECOND, THIRD, NOON.plusSeconds(60));
    assertThat(texts(THIRD)).containsExactly(FIRST, SECOND);
    assertThat(texts(SECOND)).containsExactly(FIRST);
    assertThat(texts(FIRST)).isEmpty();
    FormerSecret oldest = open(THIRD).keys().former(Secret.of(THIRD)).getFirst();
    assertThat(oldest.fingerprint()).isEqualTo(Secret.of(FIRST).fingerprint()).hasSize(16);
    assertThat(oldest.until()).isEqualTo(NOON);
    assertThat(everything()).doesNotContain(FIRST).doesNotContain(SECOND).doesNotContain(THIRD);

    rotate(THIRD, FIRST, NOON.plusSeconds(120));
    assertThat(texts(FIRST)).as("and back").containsExactly(SECOND, THIRD);
  }

  private List<String> texts(String secret) {
    return open(secret).keys().former(Secret.of(secret)).stream()
        .map(former -> former.secret().reveal())
        .toList();
  }

  private String everything() {
    StringBuilder text = new StringBuilder();
    for (ObjectInfo object : store.list("", "", 1000).objects()) {
      text.append(new String(store.read(object.key(), 0, (int) object.size()), UTF_8));
    }
    return text.toString();
  }

  @Test
  void theListNamesEverySecretAndTheOneInUse() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    rotate(FIRST, SECOND, NOON);
    List<RepositoryKeys.Opener> openers = open(FIRST).keys().openers(Secret.of(FIRST));
    assertThat(openers)
        .extracting(RepositoryKeys.Opener::fingerprint)
        .containsExactlyInAnyOrder(
            Optional.of(Secret.of(FIRST).fingerprint()),
            Optional.of(Secret.of(SECOND).fingerprint()));
    assertThat(openers)
        .filteredOn(RepositoryKeys.Opener::inUse)
        .singleElement()
        .satisfies(one -> assertThat(one.kind()).isEqualTo(MasterKey.Kind.RAW));
  }

  @Test
  void doingItAgainDoesNothing() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    RepositoryKeys.Rotated first = rotate(FIRST, SECOND, NOON);
    assertThat(first.made()).isTrue();
    assertThat(rotate(FIRST, SECOND, NOON.plusSeconds(1)))
        .isEqualTo(
            new RepositoryKeys.Rotated(
                first.slot(),
                MasterKey.Kind.PASSPHRASE,
                first.fingerprint(),
                MasterKey.Kind.RAW,
                first.formerFingerprint(),
                false));
    assertThat(store.list("keys/", "", 10).objects()).hasSize(2);
    assertCode(() -> rotate(FIRST, FIRST, NOON), ErrorCode.USAGE);
    assertCode(
        () -> Repository.create(Stores.inMemory(), Optional.empty(), random).keys(),
        ErrorCode.ENCRYPTION_MISMATCH);
  }

  @Test
  void anOldSecretIsRetiredOnlyOnceAnotherOneOpensAndKeepsIt() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    RepositoryKeys keys = open(FIRST).keys();
    Secret first = Secret.of(FIRST);
    Secret second = Secret.of(SECOND);
    assertCode(() -> keys.retire(first, second), ErrorCode.WRONG_KEY);
    assertCode(() -> keys.retire(first, first), ErrorCode.WRONG_KEY);
    assertThat(store.list("keys/", "", 10).objects()).hasSize(1);

    rotate(FIRST, SECOND, NOON);
    assertThat(keys.retirable(first, second)).hasSize(1);
    assertThat(store.list("keys/", "", 10).objects()).as("a plan").hasSize(2);
    assertThat(keys.retire(first, second)).hasSize(1);
    assertCode(() -> open(FIRST), ErrorCode.WRONG_KEY);
    assertThat(texts(SECOND)).containsExactly(FIRST);
  }

  /** Of rotation and retirement every call is the last one once: some secret always opens. */
  @Test
  void aBreakAtAnyCallLeavesARepositoryThatOpens() {
    boolean done = false;
    for (int calls = 0; !done; calls++) {
      for (boolean effect : new boolean[] {false, true}) {
        Store inner = Stores.inMemory();
        Repository.create(inner, RepositoryTest.secret(FIRST), random)
            .createCluster(RepositoryTest.identity("prod"));
        done = brokenOff(inner, calls, effect);
        boolean opens = opens(inner, FIRST) || opens(inner, THIRD);
        assertThat(opens).as("broken off at call %s", calls).isTrue();
        if (!opens(inner, FIRST)) {
          Repository repository = Repository.open(inner, RepositoryTest.secret(THIRD), random);
          assertThat(repository.keys().former(Secret.of(THIRD)))
              .extracting(former -> former.secret().reveal())
              .containsExactly(FIRST);
        }
      }
      assertThat(calls).isLessThan(100);
    }
  }

  private boolean opens(Store inner, String secret) {
    try {
      return Repository.open(inner, RepositoryTest.secret(secret), random)
          .clusters()
          .equals(List.of("prod"));
    } catch (Failure e) {
      assertThat(e.code()).isEqualTo(ErrorCode.WRONG_KEY);
      return false;
    }
  }

  /** Whether it was done before the store broke. */
  private boolean brokenOff(Store inner, int calls, boolean effect) {
    Store breaking = breaking(inner, calls, effect);
    try {
      Repository repository = Repository.open(breaking, RepositoryTest.secret(FIRST), random);
      repository.keys().rotate(Secret.of(FIRST), Secret.of(THIRD), NOON);
      repository.keys().retire(Secret.of(FIRST), Secret.of(THIRD));
      return true;
    } catch (Broken e) {
      return false;
    }
  }

  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** From a call on, which may still have its effect, everything fails. */
  private static Store breaking(Store inner, int calls, boolean effect) {
    int[] left = {calls};
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> {
              if (method.getName().equals("address")) {
                return inner.address();
              }
              left[0]--;
              if (left[0] < -1 || (left[0] == -1 && !effect)) {
                throw new Broken();
              }
              try {
                Object answer = method.invoke(inner, arguments);
                if (left[0] == -1) {
                  throw new Broken();
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aSlotUnderAnothersNameIsDamageThatIsNamed() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    ObjectKey first = store.list("keys/", "", 1).objects().getFirst().key();
    ObjectKey second = ObjectKey.of("keys/" + rotate(FIRST, THIRD, NOON).slot());
    store.delete(first);
    store.create(first, store.read(second, 0, 65_536));
    assertThat(open(THIRD).damagedKeySlots().keySet()).containsExactly(first);
    assertThat(open(THIRD).keys().openers(Secret.of(THIRD))).hasSize(1);
    assertCode(() -> open(FIRST), ErrorCode.DAMAGED_OBJECT);
  }

  @Test
  void damageToAFormerSecretIsDamage() {
    Repository.create(store, RepositoryTest.secret(FIRST), random);
    String slot = rotate(FIRST, SECOND, NOON).slot();
    ObjectKey key = ObjectKey.of("keys/" + slot);
    String text = new String(store.read(key, 0, 65_536), UTF_8);
    var json =
        (tools.jackson.databind.node.ObjectNode) CheckedText.decode(key, text.getBytes(UTF_8));
    var former = (tools.jackson.databind.node.ObjectNode) json.get("former").get(0);
    String sealed = former.get("sealed").stringValue();
    former.put("sealed", (sealed.charAt(0) == 'A' ? "B" : "A") + sealed.substring(1));
    store.delete(key);
    store.create(key, CheckedText.encode(json));
    assertThat(new TreeMap<>(open(SECOND).damagedKeySlots()).keySet()).isEqualTo(Set.of());
    assertCode(() -> open(SECOND).keys().former(Secret.of(SECOND)), ErrorCode.DAMAGED_OBJECT);
  }
}
