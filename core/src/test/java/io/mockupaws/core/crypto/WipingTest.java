package io.mockupaws.core.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a key are gone when nobody needs it any more. */
class WipingTest {
  private static final String RAW = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private final SecureRandom random = new SecureRandom();

  private byte[] key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return key;
  }

  @ParameterizedTest
  @ValueSource(strings = {RAW, "correct horse battery staple"})
  void ofTheOperatorsSecret(String text) {
    Secret secret = Secret.of(text);
    assertThat(secret.copyText()).isEqualTo(text.getBytes(UTF_8));
    secret.close();
    assertThat(secret.copyBytes()).containsOnly(0);
    assertThat(secret.copyText()).containsOnly(0);
  }

  @Test
  void ofTheRepository() {
    byte[] key = key();
    try (Sealing.Encrypted sealing = new Sealing.Encrypted(key)) {
      assertThat(sealing.copyKey()).isEqualTo(key).isNotEqualTo(new byte[32]);
    }
    assertThat(key).containsOnly(0);
  }

  /** A thread that goes on behind the end would seal with a key of zeros, which anybody has. */
  @Test
  void nothingIsSealedWithAKeyThatIsWiped() {
    Sealing.Encrypted sealing = new Sealing.Encrypted(key());
    sealing.close();
    assertThatThrownBy(() -> sealing.forObject(new byte[32], "name")).isInstanceOf(Failure.class);
    assertThatThrownBy(sealing::copyKey).isInstanceOf(Failure.class);
    ObjectSeal seal = new GcmSeal(key());
    seal.close();
    assertThatThrownBy(
            () -> seal.seal(0, new byte[1], ByteBuffer.allocate(8), ByteBuffer.allocate(64)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ofAnObject() {
    byte[] key = key();
    try (ObjectSeal seal = new GcmSeal(key)) {
      assertThat(seal).isNotNull();
      assertThat(key).isNotEqualTo(new byte[32]);
    }
    assertThat(key).containsOnly(0);
    WipeableKey wiped = new WipeableKey(key());
    assertThat(wiped.isDestroyed()).isFalse();
    wiped.destroy();
    assertThat(wiped.getEncoded()).containsOnly(0);
    assertThat(wiped.isDestroyed()).isTrue();
  }

  /** Whatever a KMS gave out, when a slot is made and when it is opened. */
  @Test
  void ofAKms() {
    List<byte[]> given = new ArrayList<>();
    byte[] plain = key();
    Kms kms =
        new Kms() {
          private byte[] give() {
            byte[] copy = plain.clone();
            given.add(copy);
            return copy;
          }

          @Override
          public String nameOf(String key) {
            return key;
          }

          @Override
          public DataKey generate(String key, Map<String, String> context) {
            return new DataKey(give(), new byte[] {1}, key);
          }

          @Override
          public Opening open(String key, byte[] sealed, Map<String, String> context) {
            return new Opening.Opened(give());
          }

          @Override
          public void close() {}
        };
    try (KmsKey key = new KmsKey(kms, "alias/one");
        Sealing.Encrypted sealing = Sealing.generate(random)) {
      KeySlot slot = KeySlot.wrap(sealing, key, "repo", random);
      assertThat(slot.unwrap(key).orElseThrow().isSameAs(sealing)).isTrue();
      assertThat(slot.former(key)).isEmpty();
    }
    assertThat(given).hasSize(3).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
  }
}
