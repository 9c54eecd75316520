package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.SealedSidecar;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Brings dumps and their sidecars from one store into another. A dump is compared with what the
 * sidecar beside it says; that is no proof against an attacker, whose dump no reader accepts, but a
 * damaged copy is not spread.
 */
final class DumpCopy {
  private static final int MOST_SIDECAR = 1 << 30;
  private static final int BUFFER = 256 * 1024;

  private DumpCopy() {}

  static boolean copy(ObjectKey key, Store from, Store to) {
    if (Dumps.isSidecar(key)) {
      return to.create(key, sidecar(key, from)) == CreateOutcome.CREATED;
    }
    try (PartBuffer parts = new PartBuffer(to, key)) {
      long length = walk(key, from, Optional.of(parts));
      if (parts.commit() == CreateOutcome.EXISTS) {
        return false;
      }
      ObjectCopier.demandLength(key, to, length);
      return true;
    }
  }

  static void demandWhole(ObjectKey key, Store store) {
    if (Dumps.isSidecar(key)) {
      sidecar(key, store);
    } else {
      walk(key, store, Optional.empty());
    }
  }

  private static byte[] sidecar(ObjectKey key, Store store) {
    byte[] bytes = store.read(key, 0, MOST_SIDECAR);
    SealedSidecar.decode(key.value(), bytes);
    return bytes;
  }

  /** A dump whose sidecar is missing is being written, or its backup broke off: it is as it is. */
  private static Optional<SealedSidecar> beside(ObjectKey key, Store store) {
    try {
      ObjectKey sidecar = Dumps.sidecarOf(key);
      return Optional.of(
          SealedSidecar.decode(sidecar.value(), store.read(sidecar, 0, MOST_SIDECAR)));
    } catch (StoreException e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static long walk(ObjectKey key, Store from, Optional<PartBuffer> parts) {
    Optional<SealedSidecar> beside = beside(key, from);
    MessageDigest digest = sha256();
    long length = 0;
    try (InputStream in = from.read(key, 0)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        ByteBuffer some = ByteBuffer.wrap(buffer, 0, count);
        parts.ifPresent(to -> to.append(some));
        length += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long whole = length;
    String found = HexFormat.of().formatHex(digest.digest());
    if (beside
        .filter(said -> said.claimedSize() != whole || !said.claimedSha256().equals(found))
        .isPresent()) {
      throw FrameReader.damaged(key, "its bytes are not those of its sidecar");
    }
    return length;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not usable on this Java", e);
    }
  }
}
