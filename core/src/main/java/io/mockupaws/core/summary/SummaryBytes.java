package io.mockupaws.core.summary;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Fork;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A summary as bytes. Equal summaries have equal bytes, and bytes of any other form are refused.
 *
 * <p>All is numbers, seven bits a byte, the lowest first, the eighth bit set where more follow: the
 * format, 1. 0, or one more than the bytes of a reason why everything changed, and these bytes
 * (UTF-8). How many databases; for each its tablespace and OID. How many forks; for each its
 * tablespace, database, relation's number, fork's number; 0, or one more than its limit; how many
 * runs of changed blocks below the limit; for each the blocks since the one before, less one but
 * for the first, and how many it has, less one. Databases and forks ascend, and none is empty.
 */
public final class SummaryBytes {
  private static final int FORMAT = 1;
  private static final int LONGEST_REASON = 4096;

  private final ByteBuffer in;

  private SummaryBytes(ByteBuffer in) {
    this.in = in;
  }

  /** Writes it. */
  public static byte[] of(Summary summary) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, FORMAT);
    byte[] why = summary.everything().orElse("").getBytes(StandardCharsets.UTF_8);
    int length = Math.min(why.length, LONGEST_REASON);
    number(out, summary.everything().isEmpty() ? 0 : length + 1L);
    out.write(why, 0, length);
    number(out, summary.databases().size());
    for (Summary.Database database : summary.databases()) {
      number(out, Integer.toUnsignedLong(database.tablespace()));
      number(out, Integer.toUnsignedLong(database.oid()));
    }
    number(out, summary.forks().size());
    for (ForkTable.Entry entry : summary.forks()) {
      number(out, Integer.toUnsignedLong(entry.tablespace()));
      number(out, Integer.toUnsignedLong(entry.database()));
      number(out, Integer.toUnsignedLong(entry.relation()));
      number(out, entry.fork());
      changes(out, entry.changes());
    }
    return out.toByteArray();
  }

  private static void changes(ByteArrayOutputStream out, ForkChanges changes) {
    number(out, changes.limit() == ForkChanges.NO_LIMIT ? 0 : changes.limit() + 1);
    long[] runs = new long[1];
    changes.forEachStoredRun((first, count) -> runs[0]++);
    number(out, runs[0]);
    long[] behind = new long[1];
    changes.forEachStoredRun(
        (first, count) -> {
          // Runs do not touch each other, so that only the first may begin at once.
          number(out, behind[0] == 0 ? first : first - behind[0] - 1);
          number(out, count - 1);
          behind[0] = first + count;
        });
  }

  private static void number(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /**
   * Reads it.
   *
   * @throws Failure UNKNOWN_FORMAT for another format, DAMAGED_OBJECT for what is no summary
   */
  public static Summary read(byte[] bytes) {
    return new SummaryBytes(ByteBuffer.wrap(bytes)).read();
  }

  private Summary read() {
    long format = number();
    if (format != FORMAT) {
      throw new Failure(
          ErrorCode.UNKNOWN_FORMAT,
          "a summary of changes has format " + format + ", known is " + FORMAT,
          "Use a newer mockupaws, or let the summary be made anew from the WAL.");
    }
    Optional<String> everything = reason();
    SortedSet<Summary.Database> databases = databases();
    List<ForkTable.Entry> forks = new ArrayList<>();
    long count = number();
    for (long i = 0; i < count; i++) {
      ForkTable.Entry entry = fork();
      if (!forks.isEmpty() && forks.getLast().compareTo(entry) >= 0) {
        throw damaged("its forks are out of order");
      }
      forks.add(entry);
    }
    if (in.hasRemaining()) {
      throw damaged("there are bytes behind its end");
    }
    return new Summary(forks, databases, everything);
  }

  private Optional<String> reason() {
    long length = number() - 1;
    if (length < 0) {
      return Optional.empty();
    }
    if (length > in.remaining()) {
      throw damaged("it ends too early");
    }
    ByteBuffer text = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
    } catch (CharacterCodingException e) {
      throw damaged("its reason is no text");
    }
  }

  private SortedSet<Summary.Database> databases() {
    SortedSet<Summary.Database> databases = new TreeSet<>();
    long count = number();
    for (long i = 0; i < count; i++) {
      Summary.Database database = new Summary.Database(unsigned(), unsigned());
      if (!databases.isEmpty() && databases.last().compareTo(database) >= 0) {
        throw damaged("its databases are out of order");
      }
      databases.add(database);
    }
    return databases;
  }

  private ForkTable.Entry fork() {
    int tablespace = unsigned();
    int database = unsigned();
    int relation = unsigned();
    long fork = number();
    if (fork >= Fork.values().length || fork == Fork.FREE_SPACE.ordinal()) {
      throw damaged("it names a fork that has no summary");
    }
    return new ForkTable.Entry(tablespace, database, relation, (int) fork, changes());
  }

  private ForkChanges changes() {
    ForkChanges changes = new ForkChanges();
    long limit = number() - 1;
    if (limit >= ForkChanges.NO_LIMIT) {
      throw damaged("a limit is no block");
    }
    if (limit >= 0) {
      changes.from((int) limit);
    }
    long runs = number();
    long behind = 0;
    for (long i = 0; i < runs; i++) {
      long first = number() + (i == 0 ? 0 : behind + 1);
      behind = first + number() + 1;
      if (behind > changes.limit() || behind <= first) {
        throw damaged("a run goes beyond the limit");
      }
      changes.addRun(first, behind);
    }
    if (changes.isEmpty()) {
      throw damaged("it names a fork in which nothing changed");
    }
    return changes;
  }

  private int unsigned() {
    long value = number();
    if (value > 0xFFFF_FFFFL) {
      throw damaged("a number is too large");
    }
    return (int) value;
  }

  /** At most five bytes, the last of which is not zero unless it is the only one. */
  private long number() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (!in.hasRemaining()) {
        throw damaged("it ends too early");
      }
      int next = in.get() & 0xFF;
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw damaged("a number is longer than it need be");
        }
        return value;
      }
    }
    throw damaged("a number is too large");
  }

  private static Failure damaged(String why) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "a summary of changes cannot be read: " + why,
        "Let it be made anew from the WAL.");
  }
}
