package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.Optional;

/** Asks again when a fault may pass. Moving and thawing again does no harm. */
record RetryingClasses(StorageClasses classes, Retry retry) implements StorageClasses {
  @Override
  public boolean moves() {
    return classes.moves();
  }

  @Override
  public Optional<StoredAs> storedAs(ObjectKey key) {
    return retry.call(_ -> classes.storedAs(key));
  }

  @Override
  public boolean move(ObjectKey key, StoredAs from, StorageClass to) {
    return retry.call(_ -> classes.move(key, from, to));
  }

  @Override
  public void thaw(ObjectKey key, Thaw speed, Duration lasting) {
    retry.run(() -> classes.thaw(key, speed, lasting));
  }
}
