package io.mockupaws.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.DumpMac;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SealedSidecarTest {
  private static final byte[] SALT = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
  private static final Secret SECRET = Secret.of("a passphrase of the operator");
  private static final DumpMac KEY = DumpMac.derive(SECRET, SALT, DumpMac.ROUNDS);

  private static final DumpSidecar CONTENT =
      content(List.of("--table=a\nb"), OptionalLong.of(2000));

  private static DumpSidecar content(List<String> filters, OptionalLong databaseBytes) {
    return new DumpSidecar(
        "shop_full_20260407_120000.sql.gz.enc",
        DumpSidecar.Content.DATABASE,
        "prod",
        -5L,
        "the \"shop\",\"mac\":\"\u00e9\u20ac",
        Instant.parse("2026-04-07T12:00:00Z"),
        Instant.parse("2026-04-07T12:03:04.567Z"),
        150018,
        "15.18",
        filters,
        1000,
        databaseBytes,
        17,
        "ab".repeat(32),
        16,
        List.of("cd".repeat(32), "ef".repeat(32)),
        Optional.of("{\"owner\":\"o\"}"));
  }

  private static byte[] encoded() {
    return encoded(CONTENT);
  }

  private static byte[] encoded(DumpSidecar sidecar) {
    return SealedSidecar.encode(sidecar, "0123456789abcdef", SALT, KEY);
  }

  private static void assertRefused(ErrorCode code, byte[] bytes) {
    assertThatThrownBy(() -> SealedSidecar.decode("x", bytes))
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void whatIsWrittenIsReadAndProven() {
    SealedSidecar read = SealedSidecar.decode("x", encoded());
    assertThat(read.proven(KEY)).contains(CONTENT);
    assertThat(read.lock().fingerprint()).isEqualTo("0123456789abcdef");
    assertThat(read.lock().check()).isEqualTo(KEY.check());
  }

  @Test
  void oneThatDoesNotTellTheDatabasesSizeIsReadToo() {
    DumpSidecar silent = content(List.of(), OptionalLong.empty());
    assertThat(SealedSidecar.decode("x", encoded(silent)).proven(KEY)).contains(silent);
  }

  /** A dump has no indexes; a part of a database brings back a part. */
  @Test
  void whatItTakesOnAServerIsNeverToldTooSmall() {
    assertThat(content(List.of(), OptionalLong.of(2000)).restoredBytes()).isEqualTo(2000);
    assertThat(content(List.of(), OptionalLong.of(7)).restoredBytes()).isEqualTo(1000);
    assertThat(content(List.of(), OptionalLong.empty()).restoredBytes()).isEqualTo(1000);
    assertThat(CONTENT.restoredBytes()).isEqualTo(1000);
  }

  @Test
  void anotherSecretIsTold() {
    try (Secret other = Secret.of("a passphrase of the operators");
        DumpMac key = DumpMac.derive(other, SALT, DumpMac.ROUNDS)) {
      assertThat(key.check()).isNotEqualTo(KEY.check());
      assertThat(SealedSidecar.decode("x", encoded()).proven(key)).isEmpty();
    }
  }

  /** Whoever can write into the store can make the digest fit, but not the MAC. */
  @Test
  void aChangedFieldIsNotProven() throws Exception {
    String line = new String(encoded(), StandardCharsets.UTF_8).split("\n", -1)[0];
    String changed = line.replace("2026-04-07T12:00:00Z", "2026-04-08T12:00:00Z");
    assertThat(changed).isNotEqualTo(line);
    assertThat(SealedSidecar.decode("x", withDigest(changed)).proven(KEY)).isEmpty();
  }

  /** Few rounds would let a passphrase be guessed by whoever reads the store. */
  @Test
  void weakLocksAreRefused() throws Exception {
    String line = new String(encoded(), StandardCharsets.UTF_8).split("\n", -1)[0];
    String rounds = line.replace("\"rounds\":600000", "\"rounds\":599999");
    String salt = line.replaceFirst("\"salt\":\"[0-9a-f]+\"", "\"salt\":\"00112233445566\"");
    assertThat(List.of(rounds, salt)).doesNotContain(line);
    assertRefused(ErrorCode.DAMAGED_OBJECT, withDigest(rounds));
    assertRefused(ErrorCode.DAMAGED_OBJECT, withDigest(salt));
  }

  private static byte[] withDigest(String changed) throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(changed.getBytes(StandardCharsets.UTF_8)));
    return (changed + "\n" + digest + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anyChangedOrCutByteIsFoundWithoutAKey() {
    byte[] whole = encoded();
    for (int at = 0; at < whole.length; at += 7) {
      byte[] changed = whole.clone();
      changed[at] ^= 4;
      assertRefused(ErrorCode.DAMAGED_OBJECT, changed);
    }
    assertRefused(ErrorCode.DAMAGED_OBJECT, java.util.Arrays.copyOf(whole, whole.length - 1));
    assertRefused(ErrorCode.DAMAGED_OBJECT, new byte[0]);
  }

  /** Sidecars as version 1 of the format has them, with the database's size and without. */
  @Test
  void staysReadable() throws Exception {
    assertThat(encoded(content(CONTENT.filters(), OptionalLong.empty())))
        .isEqualTo(golden("sidecar-1"));
    assertThat(encoded()).isEqualTo(golden("sidecar-1-sized"));
  }

  private static byte[] golden(String name) throws Exception {
    return SealedSidecarTest.class.getResourceAsStream(name).readAllBytes();
  }
}
