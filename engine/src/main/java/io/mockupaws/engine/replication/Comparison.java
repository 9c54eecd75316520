package io.mockupaws.engine.replication;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Walks the listings of several stores side by side and gives the keys in which they differ. */
final class Comparison {
  private static final int PAGE = 1000;

  private final List<Cursor> cursors = new ArrayList<>();
  private final Tally tally;

  /** A key that some have and some lack, or have with several sizes. */
  record Row(ObjectKey key, List<Member> with, List<Member> without, List<Long> sizes) {
    boolean hasSeveralSizes() {
      return sizes.stream().distinct().count() > 1;
    }

    long size() {
      return sizes.getFirst();
    }
  }

  /** Members that are away take no part: nothing can be said of them. */
  Comparison(List<Member> members, String prefix, Tally tally) {
    this.tally = tally;
    for (Member member : members) {
      if (member.away().isEmpty()) {
        cursors.add(new Cursor(member, prefix));
      }
    }
  }

  /** The next difference; empty at the end. A store that fails under way drops out. */
  Optional<Row> next() {
    while (true) {
      for (Cursor cursor : List.copyOf(cursors)) {
        try {
          cursor.fill();
        } catch (StoreException e) {
          tally.failed(cursor.member, e);
          cursors.remove(cursor);
        }
      }
      Optional<ObjectKey> key =
          cursors.stream().flatMap(c -> c.key().stream()).min(ObjectKey::compareTo);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      Row row = row(key.get());
      if (!row.without().isEmpty() || row.hasSeveralSizes()) {
        return Optional.of(row);
      }
    }
  }

  private Row row(ObjectKey key) {
    List<Member> with = new ArrayList<>();
    List<Member> without = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (Cursor cursor : cursors) {
      if (cursor.key().filter(key::equals).isPresent()) {
        with.add(cursor.member);
        sizes.add(cursor.page.removeFirst().size());
      } else {
        without.add(cursor.member);
      }
    }
    return new Row(key, with, without, sizes);
  }

  private static final class Cursor {
    private final Member member;
    private final String prefix;
    private final Deque<ObjectInfo> page = new ArrayDeque<>();
    private String after = "";
    private boolean more = true;

    Cursor(Member member, String prefix) {
      this.member = member;
      this.prefix = prefix;
    }

    void fill() {
      while (page.isEmpty() && more) {
        ListPage next = member.ask(store -> store.list(prefix, after, PAGE));
        page.addAll(next.objects());
        more = next.more();
        if (!page.isEmpty()) {
          after = page.getLast().key().value();
        }
      }
    }

    Optional<ObjectKey> key() {
      return page.isEmpty() ? Optional.empty() : Optional.of(page.getFirst().key());
    }
  }
}
