package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The encrypted bytes of a dump, piece by piece: none is given away before it was compared with
 * what the sidecar says of it. Where one copy of a piece is damaged another store's is read.
 * Without a sidecar they are given as they are.
 */
final class PieceInput extends InputStream {
  private static final int UNPROVEN_PIECE = 8 << 20;

  private final DumpBytes bytes;
  private final Optional<DumpSidecar> sidecar;
  private final long size;
  private byte[] piece = {};
  private int at;
  private int next;
  private long read;

  PieceInput(DumpBytes bytes, Optional<DumpSidecar> sidecar, long size) {
    this.bytes = bytes;
    this.sidecar = sidecar;
    this.size = size;
  }

  /** Bytes of the dump that were read and found right. */
  long bytesRead() {
    return read;
  }

  @Override
  public int read() {
    return fill() ? piece[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, to, offset, count);
    at += count;
    return count;
  }

  private boolean fill() {
    if (at == piece.length && read < size) {
      piece = sidecar.map(this::proven).orElseGet(this::unproven);
      read += piece.length;
      next++;
      at = 0;
    }
    return at < piece.length;
  }

  private byte[] unproven() {
    byte[] found = bytes.read(read, (int) Math.min(UNPROVEN_PIECE, size - read));
    if (found.length == 0) {
      throw damaged("it is cut off");
    }
    return found;
  }

  private byte[] proven(DumpSidecar facts) {
    int length = (int) Math.min(facts.pieceBytes(), size - read);
    String wanted = facts.pieces().get(next);
    Optional<Failure> fault = Optional.empty();
    // each copy is asked for itself only where what is read first is not as it was written
    for (DumpBytes copy : ProvenSidecar.places(bytes)) {
      try {
        byte[] found = copy.read(read, length);
        if (found.length == length && digest(found).equals(wanted)) {
          return found;
        }
      } catch (Failure e) {
        fault = fault.or(() -> Optional.of(e));
      }
    }
    throw fault.orElseGet(
        () -> damaged("its bytes from " + read + " to " + (read + length) + " are not as written"));
  }

  private Failure damaged(String why) {
    return damaged(bytes, why);
  }

  static Failure damaged(DumpBytes bytes, String why) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the dump " + bytes.place() + " is damaged: " + why,
        "use another copy of it, or another backup: mockupaws list --kind logical");
  }

  static String digest(byte[] of) {
    return HexFormat.of().formatHex(Digests.sha256().digest(of));
  }
}
