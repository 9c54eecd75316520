package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.Slot;
import io.mockupaws.engine.cluster.SlotUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A server that sends made WAL and remembers what it was told. */
final class MadeServer implements WalServer {
  volatile MadeWal wal;
  volatile long system = MadeWal.SYSTEM;
  volatile Lsn oldest = Lsn.ZERO;
  volatile boolean away;
  volatile boolean slot;
  volatile boolean lost;
  volatile Instant started = Instant.EPOCH;

  /** Connections are taken, and nothing is sent. */
  volatile boolean mute;

  /** Nothing that begins here or behind it is sent. */
  volatile Optional<Lsn> holdsBack = Optional.empty();

  volatile int streams;
  volatile Timeline timeline = new Timeline(1);
  volatile Lsn flushed = Lsn.ZERO;
  volatile Lsn sentFrom = Lsn.ZERO;
  volatile int step = 50_000;
  volatile Consumer<Lsn> onFlush = lsn -> {};
  volatile OptionalLong keepLimit = OptionalLong.empty();
  private volatile int generation;
  private volatile CountDownLatch hanging = new CountDownLatch(0);

  MadeServer(MadeWal wal) {
    this.wal = wal;
  }

  /** Whoever connects waits for that. */
  void hang(CountDownLatch until) {
    hanging = until;
  }

  private void hang() {
    try {
      hanging.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Breaks every connection. */
  void cut() {
    generation++;
  }

  @Override
  public WalConnection connect() {
    hang();
    if (away) {
      throw unreachable();
    }
    return new Connection(generation);
  }

  @Override
  public SlotGauge gauge(String name) {
    hang();
    if (away) {
      throw unreachable();
    }
    return new SlotGauge() {
      @Override
      public Optional<SlotUsage> read() {
        return Optional.of(
            new SlotUsage(
                wal.end(),
                Optional.of(Lsn.max(wal.start(), flushed)),
                Slot.Keeps.RESERVED,
                OptionalLong.empty(),
                keepLimit,
                OptionalLong.empty()));
      }

      @Override
      public void close() {}
    };
  }

  private static Failure unreachable() {
    return new Failure(ErrorCode.SERVER_UNREACHABLE, "the server is away", "wait");
  }

  private final class Connection implements WalConnection {
    private final int born;
    private volatile boolean closed;

    Connection(int born) {
      this.born = born;
    }

    private void check() {
      if (closed || away || born != generation) {
        throw unreachable();
      }
    }

    @Override
    public ServerIdentity identify() {
      check();
      return new ServerIdentity(
          system,
          timeline,
          wal.end(),
          false,
          MadeWal.SEGMENT,
          Duration.ofSeconds(60),
          Optional.of(started));
    }

    @Override
    public Optional<byte[]> history(Timeline asked) {
      return asked.id() == 1
          ? Optional.empty()
          : Optional.of(
              "1\t0/3000000\tno recovery target specified\n".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<SlotState> slot(String name) {
      return slot
          ? Optional.of(new SlotState(Optional.of(Lsn.max(wal.start(), oldest)), lost))
          : Optional.empty();
    }

    @Override
    public void createSlot(String name) {
      slot = true;
      lost = false;
    }

    @Override
    public void dropSlot(String name) {
      slot = false;
    }

    @Override
    public WalFeed start(Optional<String> name, Timeline timeline, Lsn from) {
      check();
      streams++;
      return new Feed(this, from, name.isPresent());
    }

    @Override
    public Outlook look() {
      return new Outlook(false, false);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class Feed implements WalFeed {
    private final Connection connection;
    private final boolean main;
    private Lsn at;
    private boolean asked;

    Feed(Connection connection, Lsn from, boolean main) {
      this.connection = connection;
      this.at = from;
      this.main = main;
      if (main) {
        sentFrom = from;
      }
    }

    @Override
    public Optional<Message> poll() {
      connection.check();
      if (mute) {
        LockSupport.parkNanos(1_000_000);
        return Optional.empty();
      }
      if (at.isBefore(oldest)) {
        throw new WalRemoved("requested WAL segment has already been removed");
      }
      boolean heldBack = holdsBack.filter(from -> !at.isBefore(from)).isPresent();
      if (at.isBefore(wal.end()) && !heldBack) {
        byte[] bytes = wal.bytes(at, step);
        Data data = new Data(at, wal.end(), ByteBuffer.wrap(bytes));
        at = at.plus(bytes.length);
        return Optional.of(data);
      }
      if (asked) {
        asked = false;
        return Optional.of(new Keepalive(wal.end(), Instant.now(), false));
      }
      LockSupport.parkNanos(1_000_000);
      return Optional.empty();
    }

    @Override
    public void status(Lsn written, Lsn durable, boolean ask) {
      connection.check();
      if (main && !durable.equals(Lsn.ZERO)) {
        onFlush.accept(durable);
        flushed = durable;
      }
      asked |= ask;
    }
  }
}
