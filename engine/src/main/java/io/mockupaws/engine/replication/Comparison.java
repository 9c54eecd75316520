package io.mockupaws.engine.replication;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.StoreWalk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks the listings of several stores side by side. */
final class Comparison implements AutoCloseable {
  private final List<Cursor> cursors = new ArrayList<>();
  private final Tally tally;

  /**
   * A key that somebody has.
   *
   * @param modified the latest time a copy bears
   */
  record Row(
      ObjectKey key, List<Member> with, List<Member> without, List<Long> sizes, Instant modified) {
    /** What is known of a key without a listing. */
    static Row of(ObjectKey key, List<Member> members) {
      return new Row(key, members, List.of(), List.of(), Instant.EPOCH);
    }

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

  /** The next key; empty at the end. A store that fails under way drops out. */
  Optional<Row> next() {
    for (Cursor cursor : List.copyOf(cursors)) {
      try {
        cursor.fill();
      } catch (StoreException e) {
        tally.failed(cursor.member, e);
        cursor.close();
        cursors.remove(cursor);
      }
    }
    return cursors.stream().flatMap(c -> c.key().stream()).min(ObjectKey::compareTo).map(this::row);
  }

  private Row row(ObjectKey key) {
    List<Member> with = new ArrayList<>();
    List<Member> without = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    Instant modified = Instant.EPOCH;
    for (Cursor cursor : cursors) {
      if (cursor.key().filter(key::equals).isPresent()) {
        ObjectInfo info = cursor.take();
        with.add(cursor.member);
        sizes.add(info.size());
        modified = info.modified().isAfter(modified) ? info.modified() : modified;
      } else {
        without.add(cursor.member);
      }
    }
    return new Row(key, with, without, sizes, modified);
  }

  @Override
  public void close() {
    cursors.forEach(Cursor::close);
  }

  private static final class Cursor {
    private final Member member;
    private final StoreWalk walk;

    Cursor(Member member, String prefix) {
      this.member = member;
      this.walk = new StoreWalk(member.store(), prefix, "");
    }

    /** A fault of the store counts as being away. */
    void fill() {
      Optional<ObjectInfo> _ = member.ask(_ -> walk.peek());
    }

    Optional<ObjectKey> key() {
      return walk.peek().map(ObjectInfo::key);
    }

    ObjectInfo take() {
      ObjectInfo info = walk.peek().orElseThrow();
      walk.take();
      return info;
    }

    void close() {
      walk.close();
    }
  }
}
