package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
 *   <li>Faults, those met while a stream is read included, are thrown as {@link StoreException}.
 * </ul>
 *
 * <p>What a caller owes:
 *
 * <ul>
 *   <li>A key is used for one content only, so that after a fault in the middle of a creation the
 *       same call can be made again.
 *   <li>A content by which competitors find out who won, such as a lease, holds something random: a
 *       creator that lost its answer on the way recognizes its object by the bytes.
 *   <li>A key is never also a folder of other keys: where {@code a/b} is an object, {@code a/b/c}
 *       is not.
 * </ul>
 */
public interface Store extends AutoCloseable {
  /** The most objects of one page. */
  int PAGE = 1000;

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
   * Reads from {@code offset} to the end; nothing when the object ends before. The caller closes
   * the stream, which may happen before its end.
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
   * (empty: from the first), in the order of the keys' bytes.
   *
   * @param prefix any beginning of keys; empty for all
   * @param limit at most so many, 1 to 1000
   */
  ListPage list(String prefix, String startAfter, int limit);

  /**
   * Visits all objects that {@link #list} gives page by page, in the same order. What is made or
   * removed meanwhile is visited or not; what was there all the time is, once. A place that lists a
   * folder as a whole does it in fewer passes than pages would take.
   */
  default void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    String after = startAfter;
    for (boolean more = true; more; ) {
      ListPage page = list(prefix, after, PAGE);
      page.objects().forEach(visitor);
      more = page.more();
      after = more ? page.objects().getLast().key().value() : after;
    }
  }

  /** Removes an object. Removing what is not there is no error. */
  void delete(ObjectKey key);

  /**
   * Proves, with small objects that are removed again, that the place can be reached, that we have
   * the rights, and that it keeps the promise of exactly one creator a key.
   *
   * @throws StoreException the fault by its code; STORE_CONFLICT when the place would overwrite
   */
  void probe();

  /**
   * Removes what uploads left behind that never ended, of a killed process for example. They are
   * not visible, but take space.
   *
   * @param before uploads untouched since then
   * @return how many were removed
   */
  int removeLeftovers(Instant before);

  /**
   * The same place for work that runs for hours: short faults are waited out for minutes. Closing
   * this one ends the other.
   */
  default Store patient() {
    return this;
  }

  /** Bytes a part of an {@link Upload}, but the last, must have. */
  int partSize();

  /**
   * The stores behind this one, each of which may have a copy of an object, in the order in which
   * they are asked; empty where this is the only place.
   */
  default List<Member> members() {
    return List.of();
  }

  /** What is known and done of its objects' locks; empty where it locks nothing. */
  default Optional<Locks> locks() {
    return Optional.empty();
  }

  /** What it can do with classes of storage; empty where it has none, and for several stores. */
  default Optional<StorageClasses> classes() {
    return Optional.empty();
  }

  @Override
  void close();
}
