package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.Footer;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.FrameWriter;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Sealed objects in a store: written whole, read whole, or read from either end. */
final class SealedObjects {
  private final Store store;
  private final Sealing sealing;
  private final SecureRandom random;

  SealedObjects(Store store, Sealing sealing, SecureRandom random) {
    this.store = store;
    this.sealing = sealing;
    this.random = random;
  }

  Store store() {
    return store;
  }

  /** The same, in another store of the repository. */
  SealedObjects in(Store other) {
    return new SealedObjects(other, sealing, random);
  }

  ObjectCopier copier() {
    return new ObjectCopier(sealing, random);
  }

  FrameWriter writer(ObjectKey key, ObjectKind kind) {
    return new FrameWriter(sealing, key, kind, random);
  }

  FrameReader reader(ObjectKey key, ObjectKind kind, byte[] header) {
    return new FrameReader(sealing, key, kind, header);
  }

  CreateOutcome put(ObjectKey key, ObjectKind kind, byte[] plain, byte[] trailer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 256);
    try (FrameWriter writer = writer(key, kind)) {
      append(out, writer.header());
      for (int at = 0; at < plain.length; at += FrameWriter.FRAME_SIZE) {
        int length = Math.min(FrameWriter.FRAME_SIZE, plain.length - at);
        append(out, writer.frame(ByteBuffer.wrap(plain, at, length)));
      }
      append(out, writer.finish(trailer));
    }
    return store.create(key, out.toByteArray());
  }

  private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.writeBytes(copy);
  }

  SealedUpload upload(ObjectKey key, ObjectKind kind) {
    return new SealedUpload(store, key, writer(key, kind));
  }

  byte[] get(ObjectKey key, ObjectKind kind) {
    try (SealedInput in = open(key, kind)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<byte[]> copies(ObjectKey key, ObjectKind kind) {
    return copies(copy -> copy.get(key, kind));
  }

  /** What a reader makes of each store that can be reached. */
  <T> List<T> copies(Function<SealedObjects, T> read) {
    return Copies.all(store, copy -> read.apply(in(copy)));
  }

  SealedInput open(ObjectKey key, ObjectKind kind) {
    return new SealedInput(this, key, kind);
  }

  /** The trailer alone: two or three small reads, whatever the object's size. */
  byte[] trailer(ObjectKey key, ObjectKind kind) {
    return Copies.whole(store, copy -> trailer(copy, key, kind));
  }

  private byte[] trailer(Store copy, ObjectKey key, ObjectKind kind) {
    long size = copy.stat(key).map(ObjectInfo::size).orElseThrow(() -> missing(key));
    byte[] header = copy.read(key, 0, FrameReader.HEADER_BYTES);
    int probe = (int) Math.min(size, 16 * 1024);
    byte[] end = copy.read(key, size - probe, probe);
    if (end.length < FrameReader.FOOTER_BYTES) {
      throw FrameReader.damaged(key, "it is cut off");
    }
    Footer footer =
        Footer.parse(
                Arrays.copyOfRange(end, end.length - FrameReader.FOOTER_BYTES, end.length), size)
            .orElseThrow(() -> FrameReader.damaged(key, "it is cut off"));
    byte[] frame = copy.read(key, footer.lastFrameOffset(), footer.lastFrameLength());
    try (FrameReader reader = reader(key, kind, header)) {
      int number = frame.length < Integer.BYTES ? -1 : ByteBuffer.wrap(frame).getInt();
      FrameReader.Frame last = reader.open(number, ByteBuffer.wrap(frame));
      if (!last.last()) {
        throw FrameReader.damaged(key, "its last frame is none");
      }
      byte[] trailer = new byte[last.content().remaining()];
      last.content().get(trailer);
      return trailer;
    }
  }

  private static StoreException missing(ObjectKey key) {
    return new StoreException(
        ErrorCode.OBJECT_MISSING,
        "the object " + key + " is missing",
        "restore it from another copy of the repository, or use another backup",
        false,
        null);
  }
}
