package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.util.Optional;

/**
 * A place for immutable objects: a directory or a bucket. Safe for use by many threads.
 *
 * <p>What an implementation owes:
 *
 * <ul>
 *   <li>An object becomes visible at once and whole, or not at all, and is durable when the call
 *       that made it returns.
 *   <li>An object that exists is never changed: of several creators of one key exactly one gets
 *       {@link CreateOutcome#CREATED}, the others {@link CreateOutcome#EXISTS}, and the bytes are
 *       the winner's.
 *   <li>After a call that created, deleted or listed returns, every later call sees its effect.
 *   <li>A call is tried once. Trying again is {@link RetryingStore}'s part; {@link
 *       StoreException#transientFault()} says whether it can help.
 *   <li>No caller's buffer is kept after a call returns.
 * </ul>
 *
 * <p>What a caller owes: a key is used for one content only, so that after a fault in the middle of
 * a creation the same call can be made again.
 */
public interface Store extends AutoCloseable {

  /** The address as operators write it, without credentials. */
  String address();

  /**
   * Makes an object of bytes that are at hand. For contents up to a few parts; {@link #upload} is
   * for larger ones.
   */
  CreateOutcome create(ObjectKey key, byte[] content);

  /** Begins an object of unknown length. Nothing is visible before {@link Upload#commit()}. */
  Upload upload(ObjectKey key);

  /**
   * Reads from {@code offset} to the end. The caller closes the stream.
   *
   * @throws StoreException OBJECT_MISSING when there is no such object
   */
  InputStream read(ObjectKey key, long offset);

  /**
   * Reads {@code length} bytes from {@code offset}; fewer only where the object ends before.
   *
   * @throws StoreException OBJECT_MISSING when there is no such object
   */
  byte[] read(ObjectKey key, long offset, int length);

  /** Size and time of an object; empty when there is none. */
  Optional<ObjectInfo> stat(ObjectKey key);

  /**
   * A page of the objects whose key starts with {@code prefix} and sorts behind {@code startAfter}
   * (empty: from the first), in the order of keys.
   *
   * @param prefix any beginning of keys; empty for all
   * @param limit at most so many, 1 to 1000
   */
  ListPage list(String prefix, String startAfter, int limit);

  /** Removes an object. Removing what is not there is no error. */
  void delete(ObjectKey key);

  /** Bytes a part of an {@link Upload}, but the last, must have. */
  int partSize();

  @Override
  void close();
}
