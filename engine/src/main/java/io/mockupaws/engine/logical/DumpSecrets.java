package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.DumpMac;
import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.SealedSidecar;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The secrets that open dumps: the one in use, and former ones by their fingerprints. Keys made of
 * them are kept: making one takes a good part of a second. Closing wipes these and the former
 * secrets; the one in use stays its owner's. Used by one thread.
 */
public final class DumpSecrets implements AutoCloseable {
  private final Optional<Secret> inUse;
  private final Supplier<List<FormerSecret>> formerOnes;
  private final Map<String, DumpMac> keys = new HashMap<>();
  private Optional<String> fingerprint = Optional.empty();
  private Optional<List<FormerSecret>> former = Optional.empty();

  /**
   * Knows them.
   *
   * @param inUse empty where the repository is opened by a KMS, or has no key
   * @param former asked for once, when a dump is not the secret's in use
   */
  public DumpSecrets(Optional<Secret> inUse, Supplier<List<FormerSecret>> former) {
    this.inUse = inUse;
    this.formerOnes = former;
  }

  /**
   * The one that dumps are encrypted with.
   *
   * @throws Failure MISSING_SETTING when there is none, or another program would read another
   *     password from the same variable
   */
  Secret forWriting() {
    Secret secret =
        inUse.orElseThrow(
            () ->
                new Failure(
                    ErrorCode.MISSING_SETTING,
                    "a logical backup is encrypted with the text of BACKUP_ENCRYPTION_KEY, and the"
                        + " repository is opened without one",
                    "use a repository that a secret opens for logical backups; physical backups"
                        + " need none"));
    if (!secret.isLiteral()) {
      throw new Failure(
          ErrorCode.MISSING_SETTING,
          "BACKUP_ENCRYPTION_KEY has white space around its text, or bytes that are no text in this"
              + " locale: openssl would take another password from the same variable",
          "set it to the key alone; in a crontab, set LC_ALL=C.UTF-8 for a passphrase with other"
              + " letters than ASCII");
    }
    return secret;
  }

  String fingerprint(Secret secret) {
    if (fingerprint.isEmpty()) {
      fingerprint = Optional.of(secret.fingerprint());
    }
    return fingerprint.get();
  }

  /** The secret in use, for a dump of which nothing tells which it was. */
  Optional<Secret> inUse() {
    return inUse;
  }

  /**
   * The secret of a fingerprint.
   *
   * @throws Failure WRONG_KEY
   */
  Secret of(String place, String wanted) {
    if (inUse.filter(secret -> fingerprint(secret).equals(wanted)).isPresent()) {
      return inUse.get();
    }
    return former().stream()
        .filter(one -> one.fingerprint().equals(wanted))
        .map(FormerSecret::secret)
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.WRONG_KEY,
                    "the dump "
                        + place
                        + " was encrypted with the key "
                        + wanted
                        + ", which is neither the one in use nor a former one of the repository",
                    "set BACKUP_ENCRYPTION_KEY to that key: nothing is damaged"));
  }

  private List<FormerSecret> former() {
    if (former.isEmpty()) {
      former = Optional.of(List.copyOf(formerOnes.get()));
    }
    return former.get();
  }

  /** The key for what is written now. */
  DumpMac forWriting(Secret secret, byte[] salt) {
    return key(
        secret,
        new SealedSidecar.Lock(
            fingerprint(secret), DumpMac.ROUNDS, HexFormat.of().formatHex(salt), ""));
  }

  private DumpMac key(Secret secret, SealedSidecar.Lock lock) {
    return keys.computeIfAbsent(
        lock.fingerprint() + " " + lock.salt() + " " + lock.rounds(),
        _ -> DumpMac.derive(secret, HexFormat.of().parseHex(lock.salt()), lock.rounds()));
  }

  /**
   * What a sidecar says, once it is proven.
   *
   * @throws Failure WRONG_KEY; DAMAGED_OBJECT when somebody changed it
   */
  DumpSidecar proven(String place, SealedSidecar sidecar) {
    SealedSidecar.Lock lock = sidecar.lock();
    Secret secret = of(place, lock.fingerprint());
    DumpMac key = key(secret, lock);
    if (!key.check().equals(lock.check())) {
      throw new Failure(
          ErrorCode.DAMAGED_OBJECT,
          "the sidecar of " + place + " is not as it was written: its key-check value is another",
          "use another copy of it, or another backup");
    }
    return sidecar
        .proven(key)
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.DAMAGED_OBJECT,
                    "the sidecar of " + place + " was changed: its MAC does not fit",
                    "do not trust that dump; use another copy of it, or another backup"));
  }

  @Override
  public void close() {
    keys.values().forEach(DumpMac::close);
    former.ifPresent(list -> list.forEach(one -> one.secret().close()));
  }
}
