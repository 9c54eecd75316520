package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.KeySlot;
import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The objects {@code keys/…}: the repository key, wrapped once for each secret that opens it. */
final class KeySlots {
  private static final String PREFIX = "keys/";
  private static final int MAX_BYTES = 64 * 1024;

  private final Store store;

  KeySlots(Store store) {
    this.store = store;
  }

  void add(KeySlot slot) {
    store.create(
        ObjectKey.of(PREFIX + slot.id()),
        CheckedText.encode(
            CheckedText.JSON
                .createObjectNode()
                .put("slot", slot.id())
                .put("repository", slot.repositoryId())
                .put("kind", slot.kind().name().toLowerCase(Locale.ROOT))
                .put("iterations", slot.iterations())
                .put("salt", slot.salt())
                .put("check", slot.check())
                .put("wrapped", slot.wrapped())));
  }

  /**
   * Opens the repository's key.
   *
   * @throws Failure WRONG_KEY when whole slots exist and the secret opens none; DAMAGED_OBJECT when
   *     a slot that it might open is damaged
   */
  Sealing.Encrypted open(String repositoryId, Secret secret) {
    Optional<Failure> damage = Optional.empty();
    List<ObjectInfo> slots = store.list(PREFIX, "", 1000).objects();
    for (ObjectInfo object : slots) {
      try {
        KeySlot slot = decode(object.key(), store.read(object.key(), 0, MAX_BYTES));
        if (slot.repositoryId().equals(repositoryId)) {
          Optional<Sealing.Encrypted> key = slot.unwrap(secret);
          if (key.isPresent()) {
            return key.get();
          }
        }
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT) {
          throw e;
        }
        damage = Optional.of(e);
      }
    }
    throw damage.orElseGet(() -> slots.isEmpty() ? missing() : wrongKey());
  }

  private Failure missing() {
    return new Failure(
        ErrorCode.OBJECT_MISSING,
        "the repository at " + store.address() + " has lost its key slots (keys/…)",
        "restore the objects under keys/ from another copy of the repository");
  }

  private Failure wrongKey() {
    return new Failure(
        ErrorCode.WRONG_KEY,
        "the encryption key does not open the repository at " + store.address(),
        "check BACKUP_ENCRYPTION_KEY: nothing is damaged, the key is another one");
  }

  private static KeySlot decode(ObjectKey key, byte[] bytes) {
    JsonNode node = CheckedText.decode(key, bytes);
    try {
      return new KeySlot(
          node.required("slot").stringValue(),
          node.required("repository").stringValue(),
          Secret.Kind.valueOf(node.required("kind").stringValue().toUpperCase(Locale.ROOT)),
          node.required("iterations").intValue(),
          node.required("salt").stringValue(),
          node.required("check").stringValue(),
          node.required("wrapped").stringValue());
    } catch (JacksonException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no key slot");
    }
  }
}
