package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ManifestParser;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Locks;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Brings objects of a repository from one store into another, sealed as they are. Every byte is
 * authenticated on the way: a damaged copy is never spread.
 */
public final class ObjectCopier {
  private static final int KIND_OFFSET = 10;
  private static final int PLAIN_BYTES = 64 * 1024;
  private static final Pattern MANIFEST = Pattern.compile("clusters/[^/]+/backups/[^/]+");

  private final Sealing sealing;
  private final SecureRandom random;

  ObjectCopier(Sealing sealing, SecureRandom random) {
    this.sealing = sealing;
    this.random = random;
  }

  /**
   * Makes a copy.
   *
   * @return whether it was made; false when another object of that name had come meanwhile
   * @throws Failure DAMAGED_OBJECT when the source's copy is not whole, OBJECT_MISSING when it has
   *     none (any more), a store's fault
   */
  public boolean copy(ObjectKey key, Store from, Store to) {
    if (Dumps.isDump(key) || Dumps.isSidecar(key)) {
      return DumpCopy.copy(key, from, to);
    }
    if (isPlain(key)) {
      byte[] bytes = from.read(key, 0, PLAIN_BYTES);
      CheckedText.decode(key, bytes);
      return to.create(key, bytes) == CreateOutcome.CREATED;
    }
    lockPacks(key, from, to);
    try (PartBuffer parts = new PartBuffer(to, key)) {
      long length = walk(key, from, Optional.of(parts));
      if (parts.commit() == CreateOutcome.EXISTS) {
        return false;
      }
      demandLength(key, to, length);
      return true;
    }
  }

  /** As by a backup: packs of earlier ones, which are there, are locked as long as the manifest. */
  private void lockPacks(ObjectKey key, Store from, Store to) {
    Optional<Locks> locks = to.locks();
    if (locks.isEmpty() || !MANIFEST.matcher(key.value()).matches()) {
      return;
    }
    List<ObjectKey> packs = new ArrayList<>();
    SealedObjects objects = new SealedObjects(from, sealing, random);
    try (SealedInput in = objects.open(key, ObjectKind.MANIFEST)) {
      ManifestParser parser = new ManifestParser(key, in);
      parser.head();
      parser.packs(pack -> packs.add(pack.key()));
    }
    PackLocks.extend(
        locks.get(), packs.stream().filter(pack -> to.stat(pack).isPresent()).toList());
  }

  static void demandLength(ObjectKey key, Store to, long length) {
    if (to.stat(key).map(ObjectInfo::size).filter(size -> size == length).isEmpty()) {
      throw FrameReader.damaged(key, "its copy in " + to.address() + " has another length");
    }
  }

  /**
   * Reads a copy to its end.
   *
   * @throws Failure DAMAGED_OBJECT, OBJECT_MISSING
   */
  public void demandWhole(ObjectKey key, Store store) {
    if (Dumps.isDump(key) || Dumps.isSidecar(key)) {
      DumpCopy.demandWhole(key, store);
    } else if (isPlain(key)) {
      CheckedText.decode(key, store.read(key, 0, PLAIN_BYTES));
    } else {
      walk(key, store, Optional.empty());
    }
  }

  /**
   * Keeps the bytes of an object, whole or not, under another key, and takes the object away.
   *
   * @throws Failure STORE_CONFLICT when the other key is taken
   */
  public void setAside(ObjectKey key, ObjectKey aside, Store store) {
    long length = 0;
    try (PartBuffer parts = new PartBuffer(store, aside);
        InputStream in = store.read(key, 0)) {
      byte[] buffer = new byte[PLAIN_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        parts.append(ByteBuffer.wrap(buffer, 0, count));
        length += count;
      }
      if (parts.commit() == CreateOutcome.EXISTS) {
        throw new Failure(
            ErrorCode.STORE_CONFLICT,
            "there is an object " + aside + " in " + store.address() + " already",
            "run the command again a second later");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    demandLength(aside, store, length);
    store.delete(key);
  }

  private static boolean isPlain(ObjectKey key) {
    return key.equals(RepositoryMark.KEY) || key.value().startsWith(KeySlots.PREFIX);
  }

  private long walk(ObjectKey key, Store from, Optional<PartBuffer> parts) {
    SealedObjects objects = new SealedObjects(from, sealing, random);
    try (InputStream in = from.read(key, 0)) {
      byte[] header = bytes(key, in, FrameReader.HEADER_BYTES);
      parts.ifPresent(to -> to.append(ByteBuffer.wrap(header)));
      long length = header.length;
      try (FrameReader reader = objects.reader(key, kind(key, header), header)) {
        boolean last = false;
        for (int number = 0; !last; number++) {
          byte[] frame = frame(key, in, reader);
          last = reader.open(number, ByteBuffer.wrap(frame)).last();
          parts.ifPresent(to -> to.append(ByteBuffer.wrap(frame)));
          length += frame.length;
        }
      }
      byte[] footer = bytes(key, in, FrameReader.FOOTER_BYTES);
      parts.ifPresent(to -> to.append(ByteBuffer.wrap(footer)));
      if (in.read() >= 0) {
        throw FrameReader.damaged(key, "bytes follow its end");
      }
      return length + footer.length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] frame(ObjectKey key, InputStream in, FrameReader reader)
      throws IOException {
    byte[] header = bytes(key, in, FrameReader.FRAME_HEADER_BYTES);
    byte[] content = bytes(key, in, reader.sealedLength(ByteBuffer.wrap(header)));
    return ByteBuffer.allocate(header.length + content.length).put(header).put(content).array();
  }

  private static byte[] bytes(ObjectKey key, InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw FrameReader.damaged(key, "it is cut off");
    }
    return bytes;
  }

  /** Said by the object itself; its frames are authentic under this kind alone. */
  private static ObjectKind kind(ObjectKey key, byte[] header) {
    return ObjectKind.of(header[KIND_OFFSET])
        .orElseThrow(() -> FrameReader.damaged(key, "its header does not fit"));
  }

  /** Whether a failure says that one copy is of no use. */
  public static boolean isOfCopy(Failure failure) {
    return failure.code() == ErrorCode.DAMAGED_OBJECT
        || failure.code() == ErrorCode.UNKNOWN_FORMAT
        || failure.code() == ErrorCode.OBJECT_MISSING;
  }
}
