package io.mockupaws.core.crypto;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Seals former secrets under a key made from the secret of their slot, and opens them. */
final class FormerSecrets {
  private static final int KEY_BYTES = 32;

  private FormerSecrets() {}

  static List<SealedSecret> seal(
      byte[] outer, String slot, String repositoryId, List<FormerSecret> former) {
    List<SealedSecret> sealed = new ArrayList<>();
    try (ObjectSeal seal = sealing(outer)) {
      for (int number = 0; number < former.size(); number++) {
        FormerSecret one = former.get(number);
        byte[] text = one.secret().copyText();
        ByteBuffer target = ByteBuffer.allocate(text.length + ObjectSeal.TAG_BYTES);
        seal.seal(
            number,
            associated(one.fingerprint(), slot, repositoryId),
            ByteBuffer.wrap(text),
            target);
        Arrays.fill(text, (byte) 0);
        sealed.add(
            new SealedSecret(
                one.fingerprint(),
                one.secret().kind(),
                one.until(),
                Base64.getEncoder().encodeToString(target.array())));
      }
    }
    return sealed;
  }

  static List<FormerSecret> open(
      byte[] outer, String slot, String repositoryId, List<SealedSecret> sealed) {
    List<FormerSecret> former = new ArrayList<>();
    try (ObjectSeal seal = sealing(outer)) {
      for (int number = 0; number < sealed.size(); number++) {
        SealedSecret one = sealed.get(number);
        byte[] bytes = Base64.getDecoder().decode(one.sealed());
        ByteBuffer text = ByteBuffer.allocate(Math.max(0, bytes.length - ObjectSeal.TAG_BYTES));
        byte[] associated = associated(one.fingerprint(), slot, repositoryId);
        if (bytes.length < ObjectSeal.TAG_BYTES
            || !seal.open(number, associated, ByteBuffer.wrap(bytes), text)) {
          throw damaged(slot, one.fingerprint());
        }
        former.add(
            new FormerSecret(
                one.fingerprint(),
                one.until(),
                Secret.of(new String(text.array(), StandardCharsets.UTF_8))));
        Arrays.fill(text.array(), (byte) 0);
      }
    }
    return former;
  }

  private static ObjectSeal sealing(byte[] outer) {
    return new GcmSeal(Hkdf.derive(outer, new byte[0], "mockupaws former", KEY_BYTES));
  }

  private static byte[] associated(String fingerprint, String slot, String repositoryId) {
    return ("mockupaws former " + fingerprint + " in " + slot + " of " + repositoryId)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Failure damaged(String slot, String fingerprint) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the key is right, but in the object keys/"
            + slot
            + " the former key "
            + fingerprint
            + " is damaged",
        "restore the object keys/" + slot + " from another copy of the repository");
  }
}
