package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store that breaks its calls as it is told: by chance from a seed, by a script, or all of them
 * between {@link #cutOff()} and {@link #heal()}. For the tests of every module.
 */
public final class FaultyStore implements Store {
  private final Store store;
  private final Faults faults;
  private final Map<Operation, AtomicLong> calls = new ConcurrentHashMap<>();
  private volatile boolean cutOff;

  /** The calls that can break. */
  public enum Operation {
    CREATE,
    PART,
    COMMIT,
    CLOSE,
    READ,
    STREAM,
    STAT,
    LIST,
    DELETE
  }

  /** How a call breaks. All are faults that may pass. */
  public enum Fault {
    NONE,
    /** It fails and had no effect. */
    BEFORE,
    /** It had its effect, but its answer is lost. A part's is then its absence: as BEFORE. */
    AFTER,
    /** A stream breaks after some of its bytes; any other call as BEFORE. */
    MIDDLE
  }

  /** Decides the fate of each call. Called by many threads. */
  @FunctionalInterface
  public interface Faults {
    Fault next(Operation operation, String key);
  }

  public FaultyStore(Store store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  /** Breaks so many of a hundred calls, in ways drawn from the seed. */
  public static Faults random(long seed, int percent) {
    Random random = new Random(seed);
    Fault[] kinds = {Fault.BEFORE, Fault.AFTER, Fault.MIDDLE};
    return (_, _) -> {
      synchronized (random) {
        return random.nextInt(100) < percent ? kinds[random.nextInt(kinds.length)] : Fault.NONE;
      }
    };
  }

  /** Gives the calls of one operation these fates in turn, then none; other calls succeed. */
  public static Faults script(Operation operation, Fault... fates) {
    ConcurrentLinkedQueue<Fault> left = new ConcurrentLinkedQueue<>(List.of(fates));
    return (asked, _) ->
        asked == operation ? Optional.ofNullable(left.poll()).orElse(Fault.NONE) : Fault.NONE;
  }

  /** No faults but those of {@link #cutOff()}. */
  public static Faults none() {
    return (_, _) -> Fault.NONE;
  }

  /** From now on every call fails without effect, as when the network is gone. */
  public void cutOff() {
    cutOff = true;
  }

  /** Ends {@link #cutOff()}. */
  public void heal() {
    cutOff = false;
  }

  /** How many calls of a kind were made. */
  public long calls(Operation operation) {
    return calls.getOrDefault(operation, new AtomicLong()).get();
  }

  private Fault fate(Operation operation, String key) {
    calls.computeIfAbsent(operation, _ -> new AtomicLong()).incrementAndGet();
    if (cutOff) {
      throw fault(operation, key, "cut off");
    }
    Fault fate = faults.next(operation, key);
    if (fate == Fault.BEFORE || (fate == Fault.MIDDLE && operation != Operation.STREAM)) {
      throw fault(operation, key, "before");
    }
    return fate;
  }

  private static StoreException fault(Operation operation, String key, String when) {
    return new StoreException(
        ErrorCode.STORE_UNREACHABLE,
        "An intended fault " + when + " " + operation + " " + key,
        "Try again.",
        true,
        null);
  }

  private static void loseAnswer(Fault fate, Operation operation, String key) {
    if (fate == Fault.AFTER) {
      throw fault(operation, key, "after");
    }
  }

  @Override
  public String address() {
    return store.address();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    Fault fate = fate(Operation.CREATE, key.value());
    CreateOutcome outcome = store.create(key, content);
    loseAnswer(fate, Operation.CREATE, key.value());
    return outcome;
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new FaultyUpload(key.value(), store.upload(key));
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Fault fate = fate(Operation.STREAM, key.value());
    InputStream in = store.read(key, offset);
    if (fate == Fault.NONE) {
      return in;
    }
    long size = Math.max(0, store.stat(key).map(ObjectInfo::size).orElse(0L) - offset);
    return new BreakingStream(in, fate == Fault.MIDDLE ? size / 2 : size, key.value());
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    Fault fate = fate(Operation.READ, key.value());
    byte[] bytes = store.read(key, offset, length);
    loseAnswer(fate, Operation.READ, key.value());
    return bytes;
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    Fault fate = fate(Operation.STAT, key.value());
    Optional<ObjectInfo> info = store.stat(key);
    loseAnswer(fate, Operation.STAT, key.value());
    return info;
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    Fault fate = fate(Operation.LIST, prefix);
    ListPage page = store.list(prefix, startAfter, limit);
    loseAnswer(fate, Operation.LIST, prefix);
    return page;
  }

  @Override
  public void delete(ObjectKey key) {
    Fault fate = fate(Operation.DELETE, key.value());
    store.delete(key);
    loseAnswer(fate, Operation.DELETE, key.value());
  }

  @Override
  public void probe() {
    store.probe();
  }

  @Override
  public int removeLeftovers(Instant before) {
    return store.removeLeftovers(before);
  }

  @Override
  public int partSize() {
    return store.partSize();
  }

  @Override
  public void close() {
    store.close();
  }

  private final class FaultyUpload implements Upload {
    private final String key;
    private final Upload upload;
    private boolean made;

    FaultyUpload(String key, Upload upload) {
      this.key = key;
      this.upload = upload;
    }

    @Override
    public void part(ByteBuffer bytes) {
      if (fate(Operation.PART, key) == Fault.AFTER) {
        throw fault(Operation.PART, key, "instead of");
      }
      upload.part(bytes);
    }

    @Override
    public CreateOutcome commit() {
      Fault fate = fate(Operation.COMMIT, key);
      // A second completion of one upload finds the object that the first one made.
      CreateOutcome outcome = made ? CreateOutcome.EXISTS : upload.commit();
      made = true;
      loseAnswer(fate, Operation.COMMIT, key);
      return outcome;
    }

    @Override
    public void close() {
      Fault fate = fate(Operation.CLOSE, key);
      upload.close();
      loseAnswer(fate, Operation.CLOSE, key);
    }
  }

  private static final class BreakingStream extends FilterInputStream {
    private final String key;
    private long left;

    BreakingStream(InputStream in, long left, String key) {
      super(in);
      this.left = left;
      this.key = key;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0 && length > 0) {
        throw fault(Operation.STREAM, key, "in the middle of");
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }
  }
}
