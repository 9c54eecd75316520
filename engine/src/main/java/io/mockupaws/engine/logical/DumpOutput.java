package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.DumpCipher;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.PartBuffer;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A dump in the making: compressed by several cores, encrypted, counted, digested, and handed to
 * the store part by part. Nothing of it is seen before {@link #commit()}, and no plain byte touches
 * a disk.
 */
final class DumpOutput implements AutoCloseable {
  /** What is compared at once when it is read again. */
  static final int PIECE_BYTES = 16 << 20;

  private final Store store;
  private final ObjectKey key;
  private final PartBuffer parts;
  private final DumpCipher cipher;
  private final GzipMembers members;
  private final MessageDigest whole = Digests.sha256();
  private final MessageDigest piece = Digests.sha256();
  private final List<String> pieces = new ArrayList<>();
  private int inPiece;
  private long size;

  /** What was written. */
  record Written(long plainBytes, long size, String sha256, List<String> pieces) {}

  /** How it is made: by so many cores, with these random bytes, until somebody wants to stop. */
  record Making(int cores, RandomGenerator random, BooleanSupplier stopped) {}

  DumpOutput(Store store, ObjectKey key, Secret secret, Making making) {
    this.store = store;
    this.key = key;
    this.parts = new PartBuffer(store, key);
    this.cipher = DumpCipher.encrypting(secret, making.random());
    emit(cipher.header());
    this.members =
        new GzipMembers(
            making.cores(),
            member -> emit(cipher.update(member, 0, member.length)),
            making.stopped());
  }

  /** Takes what is to be compressed. */
  OutputStream content() {
    return members;
  }

  /** Bytes of the object so far; for progress. */
  long plainBytes() {
    return members.bytes();
  }

  private void emit(byte[] bytes) {
    whole.update(bytes);
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, PIECE_BYTES - inPiece);
      piece.update(bytes, at, count);
      inPiece += count;
      at += count;
      if (inPiece == PIECE_BYTES) {
        endPiece();
      }
    }
    size += bytes.length;
    parts.append(ByteBuffer.wrap(bytes));
  }

  private void endPiece() {
    pieces.add(HexFormat.of().formatHex(piece.digest()));
    inPiece = 0;
  }

  /** Makes the object. */
  Written commit() {
    members.finish();
    emit(cipher.finish().orElseThrow());
    if (inPiece > 0) {
      endPiece();
    }
    if (parts.commit() == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "there is a dump " + key + " in " + store.address() + " already",
          "take the backup again");
    }
    if (store.stat(key).map(ObjectInfo::size).filter(stored -> stored == size).isEmpty()) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "the dump " + key + " has another size in " + store.address() + " than was written",
          "take the backup again; what is there has no sidecar and is garbage");
    }
    return new Written(members.bytes(), size, HexFormat.of().formatHex(whole.digest()), pieces);
  }

  /** Ends it; what was not committed leaves nothing. */
  @Override
  public void close() {
    members.close();
    parts.close();
  }
}
