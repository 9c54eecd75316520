package io.mockupaws.store;

import java.util.List;

/**
 * A page of a listing.
 *
 * @param objects in the order of keys
 * @param more whether objects follow: go on with the last key as {@code startAfter}
 */
public record ListPage(List<ObjectInfo> objects, boolean more) {
  public ListPage {
    objects = List.copyOf(objects);
  }
}
