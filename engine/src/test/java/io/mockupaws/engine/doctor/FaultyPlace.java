package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Stores;
import io.mockupaws.store.Upload;
import java.io.InputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A store in memory with faults of choice. */
final class FaultyPlace extends ForwardingStore {
  enum Fault {
    AWAY,
    NO_CREATE,
    OVERWRITES,
    NO_READ,
    WRONG_RANGE,
    NO_LIST,
    NO_UPLOAD,
    NO_DELETE,
    CLOCK_AHEAD,
    CLOCK_FAR_BEHIND
  }

  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private boolean overwritten;

  FaultyPlace(Fault... of) {
    super(Stores.inMemory(1 << 16));
    faults.addAll(Set.of(of));
  }

  int objects() {
    return super.list("", "", 1000).objects().size();
  }

  private void check(Fault fault) {
    if (faults.contains(Fault.AWAY)) {
      throw new StoreException(ErrorCode.STORE_UNREACHABLE, "it is away", "wait", false, null);
    }
    if (faults.contains(fault)) {
      throw new StoreException(ErrorCode.STORE_DENIED, "denied: " + fault, "allow it", false, null);
    }
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    check(Fault.NO_CREATE);
    CreateOutcome outcome = super.create(key, content);
    if (outcome == CreateOutcome.EXISTS && faults.contains(Fault.OVERWRITES)) {
      overwritten = true;
      return CreateOutcome.CREATED;
    }
    return outcome;
  }

  boolean wasOverwritten() {
    return overwritten;
  }

  @Override
  public Upload upload(ObjectKey key) {
    check(Fault.NO_UPLOAD);
    return super.upload(key);
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    check(Fault.NO_READ);
    return super.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    check(Fault.NO_READ);
    return super.read(key, faults.contains(Fault.WRONG_RANGE) ? 0 : offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    Duration off =
        faults.contains(Fault.CLOCK_AHEAD)
            ? Duration.ofSeconds(30)
            : faults.contains(Fault.CLOCK_FAR_BEHIND) ? Duration.ofHours(-1) : Duration.ZERO;
    return super.stat(key)
        .map(info -> new ObjectInfo(info.key(), info.size(), info.modified().plus(off)));
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    check(Fault.NO_LIST);
    return super.list(prefix, startAfter, limit);
  }

  @Override
  public void delete(ObjectKey key) {
    check(Fault.NO_DELETE);
    super.delete(key);
  }
}
