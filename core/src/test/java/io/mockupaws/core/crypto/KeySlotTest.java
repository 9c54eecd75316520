package io.mockupaws.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class KeySlotTest {
  private static final String RAW = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final String PASSPHRASE = "correct horse battery staple ünï";
  private final SecureRandom random = new SecureRandom();

  @Test
  void theRightSecretOpensTheSameKey() {
    for (String text : new String[] {RAW, PASSPHRASE}) {
      Sealing.Encrypted sealing = Sealing.generate(random);
      KeySlot slot = KeySlot.wrap(sealing, Secret.of(text), "repo", random);
      assertThat(slot.unwrap(Secret.of(text + "\n")).orElseThrow().copyKey())
          .isEqualTo(sealing.copyKey());
    }
  }

  @Test
  void anotherSecretIsToldFromDamage() {
    KeySlot slot = KeySlot.wrap(Sealing.generate(random), Secret.of(RAW), "repo", random);
    assertThat(slot.unwrap(Secret.of("AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="))).isEmpty();
    assertThat(slot.unwrap(Secret.of(PASSPHRASE))).isEmpty();
    byte[] wrapped = Base64.getDecoder().decode(slot.wrapped());
    wrapped[5] ^= 1;
    KeySlot damaged =
        new KeySlot(
            slot.id(),
            slot.repositoryId(),
            slot.kind(),
            slot.iterations(),
            slot.salt(),
            slot.check(),
            Base64.getEncoder().encodeToString(wrapped),
            slot.kms(),
            slot.fingerprint(),
            slot.since(),
            slot.former());
    assertThatThrownBy(() -> damaged.unwrap(Secret.of(RAW)))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }

  @Test
  void aSlotMovedToAnotherRepositoryDoesNotOpen() {
    KeySlot slot = KeySlot.wrap(Sealing.generate(random), Secret.of(RAW), "repo", random);
    KeySlot moved =
        new KeySlot(
            slot.id(),
            "other",
            slot.kind(),
            slot.iterations(),
            slot.salt(),
            slot.check(),
            slot.wrapped(),
            slot.kms(),
            slot.fingerprint(),
            slot.since(),
            slot.former());
    assertThatThrownBy(() -> moved.unwrap(Secret.of(RAW))).isInstanceOf(Failure.class);
  }

  @Test
  void aShortPassphraseIsRefusedAndNeverPrinted() {
    assertThatThrownBy(() -> Secret.of("sesame"))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.WEAK_KEY);
              assertThat(e.what() + e.nextStep()).doesNotContain("sesame");
            });
    assertThat(Secret.of(PASSPHRASE).toString()).doesNotContain("horse");
    assertThat(Secret.of(RAW).kind()).isEqualTo(MasterKey.Kind.RAW);
    assertThat(Secret.of(RAW.substring(4)).kind()).isEqualTo(MasterKey.Kind.PASSPHRASE);
  }
}
