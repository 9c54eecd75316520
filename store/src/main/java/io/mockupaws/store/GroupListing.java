package io.mockupaws.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Joins the pages of several stores that were asked the same. */
final class GroupListing {
  private GroupListing() {}

  /**
   * The page of the union. A store with more to tell may have keys behind its last one that sort
   * before another's last: the page ends at the first such end.
   */
  static ListPage merge(List<ListPage> pages, int limit) {
    Optional<String> bound =
        pages.stream()
            .filter(ListPage::more)
            .map(page -> page.objects().getLast().key().value())
            .min(String::compareTo);
    TreeMap<String, ObjectInfo> union = new TreeMap<>();
    for (ListPage page : pages) {
      page.objects().forEach(info -> union.putIfAbsent(info.key().value(), info));
    }
    List<ObjectInfo> objects = new ArrayList<>();
    for (ObjectInfo info : union.values()) {
      boolean behind = bound.filter(end -> info.key().value().compareTo(end) > 0).isPresent();
      if (objects.size() == limit || behind) {
        return new ListPage(objects, true);
      }
      objects.add(info);
    }
    return new ListPage(objects, bound.isPresent());
  }
}
