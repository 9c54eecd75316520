package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Whether copies of one size have the same bytes. By listing, the beginnings of the newest objects
 * are compared, and of those that were seen to differ: a sealed object begins with its random salt,
 * so two that were made apart differ there.
 */
final class Sameness {
  private static final int NEWEST = 64;
  private static final int HEAD = 4096;
  private static final int CHUNK = 256 * 1024;

  private final ComparisonDepth depth;
  private final Tally tally;
  private final Consumer<Comparison.Row> different;
  private final PriorityQueue<Kept> newest =
      new PriorityQueue<>(Comparator.comparing(Kept::modified));

  private record Kept(Instant modified, ObjectKey key) {}

  /** Hands on what differs. */
  Sameness(ComparisonDepth depth, Tally tally, Consumer<Comparison.Row> different) {
    this.depth = depth;
    this.tally = tally;
    this.different = different;
  }

  /** Looks at copies of one size, or keeps them in mind. */
  void look(Comparison.Row row) {
    switch (depth) {
      case LISTED -> {
        newest.add(new Kept(row.modified(), row.key()));
        if (newest.size() > NEWEST) {
          newest.remove();
        }
      }
      case READ -> settle(row, row.with(), this::hasSameBytes);
    }
  }

  /** Looks at what is left to look at. */
  void end(List<Member> members) {
    List<Member> here = members.stream().filter(member -> member.away().isEmpty()).toList();
    TreeSet<ObjectKey> keys = new TreeSet<>();
    newest.forEach(kept -> keys.add(kept.key()));
    here.forEach(member -> keys.addAll(member.conflicts()));
    for (ObjectKey key : keys) {
      settle(Comparison.Row.of(key, here), here, this::hasSameBeginning);
    }
  }

  private interface Judge {
    /** Empty: it cannot be told. */
    Optional<Boolean> isSame(ObjectKey key, List<Member> members);
  }

  private void settle(Comparison.Row row, List<Member> members, Judge judge) {
    Optional<Boolean> same = judge.isSame(row.key(), members);
    if (same.isEmpty()) {
      return;
    }
    if (same.get()) {
      members.forEach(member -> member.mended(row.key()));
    } else {
      different.accept(row);
    }
  }

  private Optional<Boolean> hasSameBeginning(ObjectKey key, List<Member> members) {
    Optional<byte[]> first = Optional.empty();
    Optional<Long> size = Optional.empty();
    for (Member member : members) {
      try {
        Optional<Long> its = member.ask(one -> one.stat(key)).map(ObjectInfo::size);
        if (its.isPresent()) {
          byte[] head = member.ask(one -> one.read(key, 0, HEAD));
          if (first.isPresent() && !(Arrays.equals(head, first.get()) && its.equals(size))) {
            return Optional.of(false);
          }
          first = Optional.of(head);
          size = its;
        }
      } catch (StoreException e) {
        if (e.code() == ErrorCode.OBJECT_FROZEN) {
          return Optional.empty();
        }
        if (e.code() != ErrorCode.OBJECT_MISSING) {
          tally.failed(member, e);
          return Optional.empty();
        }
      }
    }
    return Optional.of(true);
  }

  private Optional<Boolean> hasSameBytes(ObjectKey key, List<Member> members) {
    List<InputStream> copies = new ArrayList<>();
    try {
      for (Member member : members) {
        try {
          Store store = member.store();
          copies.add(store.read(key, 0));
        } catch (StoreException e) {
          if (e.code() == ErrorCode.OBJECT_FROZEN) {
            return Optional.empty();
          }
          if (e.code() != ErrorCode.OBJECT_MISSING) {
            tally.failed(member, e);
            return Optional.empty();
          }
        }
      }
      return Optional.of(copies.size() < 2 || isSame(copies));
    } catch (StoreException e) {
      // One that cannot be read to its end is found by whoever reads each for itself.
      return Optional.of(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      copies.forEach(Sameness::close);
    }
  }

  private static boolean isSame(List<InputStream> copies) throws IOException {
    while (true) {
      byte[] chunk = copies.getFirst().readNBytes(CHUNK);
      for (InputStream other : copies.subList(1, copies.size())) {
        if (!Arrays.equals(chunk, other.readNBytes(CHUNK))) {
          return false;
        }
      }
      if (chunk.length < CHUNK) {
        return true;
      }
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
