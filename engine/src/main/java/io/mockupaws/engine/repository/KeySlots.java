package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.KeySlot;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.KmsSeal;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects {@code keys/…}: the repository key, wrapped once for each secret that opens it. */
final class KeySlots {
  static final String PREFIX = "keys/";
  private static final int MAX_BYTES = 64 * 1024;

  private final Store store;

  KeySlots(Store store) {
    this.store = store;
  }

  static ObjectKey key(String id) {
    return ObjectKey.of(PREFIX + id);
  }

  /**
   * Writes a slot.
   *
   * @throws Failure STORE_CONFLICT when the name is taken, which chance does not bring about
   */
  void add(KeySlot slot) {
    byte[] bytes = CheckedText.encode(SlotText.encode(slot));
    if (bytes.length > MAX_BYTES) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "the key slot would hold more former keys than fit into it",
          "make a new repository for what comes");
    }
    if (store.create(key(slot.id()), bytes) == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT, "there is a key slot " + slot.id() + " already", "try again");
    }
  }

  /**
   * Opens the repository's key.
   *
   * @throws Failure WRONG_KEY when whole slots exist and the master key opens none; DAMAGED_OBJECT
   *     when a slot that it might open is damaged; what a KMS says
   */
  Sealing.Encrypted open(String repositoryId, MasterKey master) {
    Optional<Failure> damage = Optional.empty();
    boolean ours = false;
    List<ObjectInfo> slots = list();
    for (ObjectInfo object : slots) {
      try {
        KeySlot slot = read(object);
        if (slot.repositoryId().equals(repositoryId)) {
          ours = true;
          Optional<Sealing.Encrypted> key = slot.unwrap(master);
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
    if (damage.isPresent()) {
      throw damage.get();
    }
    throw ours ? wrongKey(repositoryId, master) : missing(slots.isEmpty());
  }

  /** What is wrong with slots, whether or not the key in use is theirs. */
  Map<ObjectKey, Failure> damaged() {
    Map<ObjectKey, Failure> damaged = new TreeMap<>();
    for (ObjectInfo object : list()) {
      try {
        read(object);
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT) {
          throw e;
        }
        damaged.put(object.key(), e);
      }
    }
    return damaged;
  }

  /**
   * A slot in the store.
   *
   * @param modified when it was written there
   */
  record Stored(KeySlot slot, Instant modified) {}

  /** The slots that are whole. */
  List<Stored> readable() {
    List<Stored> readable = new ArrayList<>();
    for (ObjectInfo object : list()) {
      try {
        readable.add(new Stored(read(object), object.modified()));
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return readable;
  }

  private List<ObjectInfo> list() {
    return store.list(PREFIX, "", 1000).objects();
  }

  private KeySlot read(ObjectInfo object) {
    return Copies.whole(store, copy -> read(copy, object));
  }

  private static KeySlot read(Store copy, ObjectInfo object) {
    byte[] bytes = copy.read(object.key(), 0, MAX_BYTES);
    KeySlot slot = SlotText.decode(object.key(), CheckedText.decode(object.key(), bytes));
    if (!slot.id().equals(object.key().fileName())) {
      throw FrameReader.damaged(object.key(), "it is the key slot " + slot.id());
    }
    return slot;
  }

  private Failure missing(boolean all) {
    return new Failure(
        ErrorCode.OBJECT_MISSING,
        "the repository at "
            + store.address()
            + " has lost its key slots (keys/…)"
            + (all ? "" : ": those that are there belong to another repository's mark"),
        "restore the objects under keys/ from another copy of the repository");
  }

  private Failure wrongKey(String repositoryId, MasterKey master) {
    String address = store.address();
    List<String> kms =
        readable().stream()
            .map(Stored::slot)
            .filter(slot -> slot.repositoryId().equals(repositoryId))
            .flatMap(slot -> slot.kms().stream())
            .map(KmsSeal::key)
            .toList();
    return switch (master) {
      case Secret _ ->
          new Failure(
              ErrorCode.WRONG_KEY,
              "the encryption key does not open the repository at "
                  + address
                  + (kms.isEmpty()
                      ? ""
                      : "; of KMS keys it is opened by " + String.join(", ", kms)),
              "check BACKUP_ENCRYPTION_KEY"
                  + (kms.isEmpty() ? "" : ", or set BACKUP_KMS_KEY instead")
                  + ": nothing is damaged, the key is another one");
      case KmsKey key ->
          new Failure(
              ErrorCode.WRONG_KEY,
              "the KMS key " + key.id() + " does not open the repository at " + address,
              "check BACKUP_KMS_KEY: nothing is damaged, the repository is opened by "
                  + (kms.isEmpty() ? "secrets alone" : String.join(", ", kms)));
    };
  }
}
