package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.KeySlot;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.KmsSeal;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.SealedSecret;
import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The master keys that open a repository. A rotation is one object: a new key slot, in which the
 * secrets before it are sealed. Before it is there the old key opens the repository, behind it both
 * do, until the old slot is retired. A KMS key has no text to keep: nothing of it is sealed.
 */
public final class RepositoryKeys {
  private final Store store;
  private final KeySlots slots;
  private final String repositoryId;
  private final Sealing.Encrypted sealing;
  private final SecureRandom random;

  RepositoryKeys(Store store, String repositoryId, Sealing.Encrypted sealing, SecureRandom random) {
    this.store = store;
    this.slots = new KeySlots(store);
    this.repositoryId = repositoryId;
    this.sealing = sealing;
    this.random = random;
  }

  /**
   * A master key that opens the repository.
   *
   * @param slot the name of its key slot
   * @param since when the slot was made
   * @param fingerprint of the key; empty where its slot does not say and it is not in use
   * @param kmsKey the full name of a KMS's key
   * @param inUse whether it is the one at hand
   */
  public record Opener(
      String slot,
      MasterKey.Kind kind,
      Instant since,
      Optional<String> fingerprint,
      Optional<String> kmsKey,
      boolean inUse) {}

  /**
   * What a rotation did.
   *
   * @param slot the new key slot
   * @param made whether this call made it; else an earlier one has
   */
  public record Rotated(
      String slot,
      MasterKey.Kind kind,
      String fingerprint,
      MasterKey.Kind formerKind,
      String formerFingerprint,
      boolean made) {}

  /** Every master key that opens the repository, oldest first. */
  public List<Opener> openers(MasterKey inUse) {
    List<Opener> openers = new ArrayList<>();
    String fingerprint = inUse.fingerprint();
    for (KeySlots.Stored stored : ours()) {
      KeySlot slot = stored.slot();
      boolean mine = slot.unwrap(inUse).isPresent();
      openers.add(
          new Opener(
              slot.id(),
              slot.kind(),
              slot.since().orElse(stored.modified()),
              mine ? Optional.of(fingerprint) : slot.fingerprint(),
              slot.kms().map(KmsSeal::key),
              mine));
    }
    openers.sort(Comparator.comparing(Opener::since));
    return openers;
  }

  /** The secrets before the one in use, oldest first. The caller closes them. */
  public List<FormerSecret> former(MasterKey inUse) {
    Map<String, FormerSecret> former = new TreeMap<>();
    for (KeySlots.Stored stored : ours()) {
      stored.slot().former(inUse).forEach(one -> former.merge(one.fingerprint(), one, this::later));
    }
    return former.values().stream().sorted(Comparator.comparing(FormerSecret::until)).toList();
  }

  private FormerSecret later(FormerSecret one, FormerSecret other) {
    boolean keep = one.until().isAfter(other.until());
    (keep ? other : one).secret().close();
    return keep ? one : other;
  }

  /**
   * Makes another master key open the repository, with the secret in use and those before it sealed
   * under it. Doing it again does nothing.
   *
   * @throws Failure USAGE when both are the same
   */
  public Rotated rotate(MasterKey current, MasterKey next, Instant now) {
    String from = current.fingerprint();
    String to = next.fingerprint();
    if (from.equals(to)) {
      throw new Failure(
          ErrorCode.USAGE,
          "the new key is the key in use",
          "give another one: one made by openssl rand -base64 32, or another key of a KMS");
    }
    Map<String, FormerSecret> former = new TreeMap<>();
    former(next).forEach(one -> former.put(one.fingerprint(), one));
    former(current).forEach(one -> former.put(one.fingerprint(), one));
    switch (current) {
      case Secret secret -> former.put(from, new FormerSecret(from, now, secret));
      case KmsKey _ -> {
        // Its key never leaves the KMS.
      }
    }
    former.remove(to);
    Optional<String> there = holding(next, former.keySet());
    if (there.isPresent()) {
      return new Rotated(there.get(), next.kind(), to, current.kind(), from, false);
    }
    List<FormerSecret> ordered =
        former.values().stream().sorted(Comparator.comparing(FormerSecret::until)).toList();
    KeySlot slot = KeySlot.wrap(sealing, next, repositoryId, random, Optional.of(now), ordered);
    slots.add(slot);
    prove(slot.id(), next);
    return new Rotated(slot.id(), next.kind(), to, current.kind(), from, true);
  }

  /** What {@link #rotate} would do. The slot has no name before it is made. */
  public Rotated planned(MasterKey current, MasterKey next) {
    String from = current.fingerprint();
    Optional<String> there = holding(next, toKeep(current));
    return new Rotated(
        there.orElse(""), next.kind(), next.fingerprint(), current.kind(), from, there.isEmpty());
  }

  /** The slots that a master key opens. */
  public List<String> slotsOf(MasterKey master) {
    return ours().stream()
        .map(KeySlots.Stored::slot)
        .filter(slot -> slot.unwrap(master).isPresent())
        .map(KeySlot::id)
        .toList();
  }

  private static Set<String> toKeep(MasterKey current) {
    return switch (current) {
      case Secret secret -> Set.of(secret.fingerprint());
      case KmsKey _ -> Set.of();
    };
  }

  /** A slot that the master key opens and that holds all of these former secrets. */
  private Optional<String> holding(MasterKey master, Set<String> former) {
    return ours().stream()
        .map(KeySlots.Stored::slot)
        .filter(slot -> slot.unwrap(master).filter(sealing::isSameAs).isPresent())
        .filter(slot -> fingerprints(slot).containsAll(former))
        .map(KeySlot::id)
        .findFirst();
  }

  private static Set<String> fingerprints(KeySlot slot) {
    Set<String> all = new HashSet<>();
    slot.former().stream().map(SealedSecret::fingerprint).forEach(all::add);
    return all;
  }

  /** What was written is read back and opened: a slot that does not open must not be relied on. */
  private void prove(String id, MasterKey master) {
    boolean opens =
        ours().stream()
            .map(KeySlots.Stored::slot)
            .filter(slot -> slot.id().equals(id))
            .flatMap(slot -> slot.unwrap(master).stream())
            .anyMatch(sealing::isSameAs);
    if (!opens) {
      throw FrameReader.damaged(KeySlots.key(id), "it does not open as it was written");
    }
  }

  /**
   * The slots that a master key opens and that can go, since another one opens the repository and,
   * where it is a secret, keeps it.
   *
   * @throws Failure WRONG_KEY when the other one does not
   */
  public List<String> retirable(MasterKey old, MasterKey next) {
    if (old.fingerprint().equals(next.fingerprint()) || holding(next, toKeep(old)).isEmpty()) {
      throw new Failure(
          ErrorCode.WRONG_KEY,
          "the new key does not open the repository at " + store.address() + " yet",
          "rotate first: mockupaws keys rotate");
    }
    return slotsOf(old);
  }

  /** Removes the slots of a master key: it opens the repository no more. */
  public List<String> retire(MasterKey old, MasterKey next) {
    List<String> ids = retirable(old, next);
    demandAllHere();
    ids.forEach(id -> store.delete(KeySlots.key(id)));
    return ids;
  }

  /** A store that is away would keep the slot, and it would come back from there. */
  private void demandAllHere() {
    for (Member member : store.members()) {
      Optional<StoreException> away = member.away();
      if (away.isPresent()) {
        throw new Failure(
            away.get().code(),
            "the store "
                + member.address()
                + " cannot be reached, and would go on opening with the old key: "
                + away.get().what(),
            "retire the key when every store can be reached; until then both keys open it",
            away.get());
      }
    }
  }

  private List<KeySlots.Stored> ours() {
    return slots.readable().stream()
        .filter(stored -> stored.slot().repositoryId().equals(repositoryId))
        .toList();
  }
}
