package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.Optional;

/**
 * What a place with classes of storage can do. An object keeps its bytes in whatever class it lies;
 * in a frozen one they can be read only while a thawed copy lasts.
 */
public interface StorageClasses {

  /**
   * Whether its owner wants objects moved to colder classes as they age; otherwise they stay where
   * they were written.
   */
  boolean moves();

  /**
   * Where an object lies; empty when there is none.
   *
   * @throws StoreException the store's
   */
  Optional<StoredAs> storedAs(ObjectKey key);

  /**
   * Moves an object. It must be readable: one in a frozen class has to be thawed before.
   *
   * @param from as it was seen last; where it is not that any more, nothing is done
   * @return whether it was done
   * @throws StoreException OBJECT_FROZEN; STORE_CLASS when the place does not know the class
   */
  boolean move(ObjectKey key, StoredAs from, StorageClass to);

  /**
   * Asks for a copy that can be read. Asking again while one is made is no error.
   *
   * @param lasting how long the copy is wanted, in whole days
   * @throws StoreException the store's
   */
  void thaw(ObjectKey key, Thaw speed, Duration lasting);
}
