package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in this process, gone with it: for tests and dry runs. */
final class MemoryStore implements Store {
  private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final int partSize;
  private final InstantSource clock;

  MemoryStore(int partSize, InstantSource clock) {
    this.partSize = partSize;
    this.clock = clock;
  }

  @Override
  public String address() {
    return "memory:";
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return put(key, content.clone());
  }

  private CreateOutcome put(ObjectKey key, byte[] content) {
    refuseNesting(key);
    Stored stored = new Stored(key, content, clock.instant());
    return objects.putIfAbsent(key.value(), stored) == null
        ? CreateOutcome.CREATED
        : CreateOutcome.EXISTS;
  }

  /** A directory could not hold it either; found here it is found in every test. */
  private void refuseNesting(ObjectKey key) {
    String below = objects.ceilingKey(key.value() + '/');
    boolean isFolder = below != null && below.startsWith(key.value() + '/');
    boolean isInsideObject = false;
    for (int slash = key.value().lastIndexOf('/');
        slash > 0;
        slash = key.value().lastIndexOf('/', slash - 1)) {
      isInsideObject |= objects.containsKey(key.value().substring(0, slash));
    }
    if (isFolder || isInsideObject) {
      throw StoreFaults.nested(key);
    }
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new MemoryUpload(key);
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Ranges.check(offset);
    byte[] content = content(key);
    int from = (int) Math.min(offset, content.length);
    return new ByteArrayInputStream(content, from, content.length - from);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    Ranges.check(offset, length);
    byte[] content = content(key);
    int from = (int) Math.min(offset, content.length);
    return Arrays.copyOfRange(content, from, from + Math.min(length, content.length - from));
  }

  private byte[] content(ObjectKey key) {
    Stored stored = objects.get(key.value());
    if (stored == null) {
      throw StoreFaults.missing(key, address());
    }
    return stored.content;
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return Optional.ofNullable(objects.get(key.value())).map(Stored::info);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    Ranges.checkLimit(limit);
    var range =
        startAfter.compareTo(prefix) < 0
            ? objects.tailMap(prefix, true)
            : objects.tailMap(startAfter, false);
    List<ObjectInfo> found = new ArrayList<>();
    for (Stored stored : range.values()) {
      if (!stored.key.value().startsWith(prefix)) {
        break;
      }
      if (found.size() == limit) {
        return new ListPage(found, true);
      }
      found.add(stored.info());
    }
    return new ListPage(found, false);
  }

  @Override
  public void delete(ObjectKey key) {
    objects.remove(key.value());
  }

  @Override
  public void probe() {
    Probe.run(this);
  }

  @Override
  public int removeLeftovers(Instant before) {
    return 0;
  }

  @Override
  public int partSize() {
    return partSize;
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  private static final class Stored {
    private final ObjectKey key;
    private final byte[] content;
    private final Instant modified;

    Stored(ObjectKey key, byte[] content, Instant modified) {
      this.key = key;
      this.content = content;
      this.modified = modified;
    }

    ObjectInfo info() {
      return new ObjectInfo(key, content.length, modified);
    }
  }

  private final class MemoryUpload implements Upload {
    private final ObjectKey key;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final PartCheck check = new PartCheck(partSize);

    MemoryUpload(ObjectKey key) {
      this.key = key;
    }

    @Override
    public void part(ByteBuffer bytes) {
      check.part(bytes.remaining());
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      content.writeBytes(copy);
      check.stored(copy.length);
    }

    @Override
    public CreateOutcome commit() {
      check.commit();
      CreateOutcome outcome = put(key, content.toByteArray());
      check.end();
      return outcome;
    }

    @Override
    public void close() {
      check.end();
    }
  }
}
