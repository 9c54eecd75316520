package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.util.List;

/** Tells which segments have a summary, by pages of a listing; asked in the order of names. */
final class SummaryNames {
  private static final int PAGE = 1000;

  private final Store store;
  private final JournalKeys keys;
  private String folder = "";
  private List<ObjectInfo> page = List.of();
  private int next;
  private boolean more;

  SummaryNames(Store store, JournalKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  boolean has(SegmentName segment) {
    String wanted = keys.summary(segment).value();
    String of = wanted.substring(0, wanted.length() - segment.fileName().length());
    if (!of.equals(folder)) {
      folder = of;
      // Any beginning of the name sorts before it.
      load(wanted.substring(0, wanted.length() - 1));
    }
    while (true) {
      while (next < page.size() && name(next).compareTo(wanted) < 0) {
        next++;
      }
      if (next < page.size()) {
        return name(next).equals(wanted);
      }
      if (!more) {
        return false;
      }
      load(page.getLast().key().value());
    }
  }

  private String name(int object) {
    return page.get(object).key().value();
  }

  private void load(String after) {
    ListPage listed = store.list(folder, after, PAGE);
    page = listed.objects();
    more = listed.more() && !page.isEmpty();
    next = 0;
  }
}
