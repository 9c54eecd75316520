package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands every call on to another store: a base for those that change a few of them. */
public abstract class ForwardingStore implements Store {
  private final Store store;

  /** Closing this one closes the other. */
  protected ForwardingStore(Store store) {
    this.store = store;
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return store.create(key, content);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return store.upload(key);
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    return store.read(key, offset);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return store.read(key, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    return store.stat(key);
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    return store.list(prefix, startAfter, limit);
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    store.forEach(prefix, startAfter, visitor);
  }

  @Override
  public void delete(ObjectKey key) {
    store.delete(key);
  }

  @Override
  public void probe() {
    store.probe();
  }

  @Override
  public int removeLeftovers(Instant before) {
    return store.removeLeftovers(before);
  }

  @Override
  public int partSize() {
    return store.partSize();
  }

  @Override
  public List<Member> members() {
    return store.members();
  }

  @Override
  public Optional<Locks> locks() {
    return store.locks();
  }

  @Override
  public Optional<StorageClasses> classes() {
    return store.classes();
  }

  @Override
  public void close() {
    store.close();
  }
}
