package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongConsumer;

/** A dump that can be read: its sidecar is proven, or it was said that it needs none. */
public final class OpenedDump {
  private final DumpBytes bytes;
  private final Optional<DumpSidecar> sidecar;
  private final Secret secret;
  private final long size;

  private OpenedDump(DumpBytes bytes, Optional<DumpSidecar> sidecar, Secret secret, long size) {
    this.bytes = bytes;
    this.sidecar = sidecar;
    this.secret = secret;
    this.size = size;
  }

  /**
   * Opens one. Of its own bytes only the number is looked at.
   *
   * @param unauthenticated whether one without a sidecar will do
   * @throws Failure OBJECT_MISSING, NO_SIDECAR, WRONG_KEY, DAMAGED_OBJECT, a store's
   */
  public static OpenedDump open(DumpBytes bytes, DumpSecrets secrets, boolean unauthenticated) {
    long size = bytes.size();
    Optional<ProvenSidecar> beside = ProvenSidecar.of(bytes, secrets);
    if (beside.isEmpty()) {
      if (!unauthenticated) {
        throw new Failure(
            ErrorCode.NO_SIDECAR,
            "the dump " + bytes.place() + " has no sidecar: nothing proves that it is whole",
            "bring " + bytes.name() + ".sidecar beside it, or say --unauthenticated");
      }
      Secret secret =
          secrets
              .inUse()
              .orElseThrow(
                  () ->
                      new Failure(
                          ErrorCode.MISSING_SETTING,
                          "no key is set for the dump " + bytes.place(),
                          "set BACKUP_ENCRYPTION_KEY"));
      return new OpenedDump(bytes, Optional.empty(), secret, size);
    }
    DumpSidecar facts = beside.get().facts();
    if (!beside.get().fits(bytes, size)) {
      throw PieceInput.damaged(
          bytes, "it has " + size + " bytes, and " + facts.size() + " were written");
    }
    return new OpenedDump(
        bytes,
        Optional.of(facts),
        secrets.of(bytes.place(), beside.get().fingerprint()),
        facts.size());
  }

  public String place() {
    return bytes.place();
  }

  public String name() {
    return bytes.name();
  }

  /** Bytes of the dump. */
  public long size() {
    return size;
  }

  /** What its sidecar says; empty for one without. */
  public Optional<DumpSidecar> sidecar() {
    return sidecar;
  }

  /**
   * What {@code pg_dump} wrote. Every byte was authenticated before it is given, where there is a
   * sidecar; the stream's end comes only after everything was found right.
   *
   * @param progress takes the bytes of the dump that were read
   */
  public InputStream content(LongConsumer progress) {
    PieceInput pieces = new PieceInput(bytes.patient(), sidecar, size);
    try {
      return new GunzipInput(bytes, new DecryptInput(bytes, pieces, secret)) {
        @Override
        public int read(byte[] out, int offset, int length) throws IOException {
          int count = super.read(out, offset, length);
          progress.accept(pieces.bytesRead());
          return count;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
