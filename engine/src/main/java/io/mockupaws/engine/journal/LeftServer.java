package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.SlotUsage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that is gone, as its segment files speak for it: so its WAL takes the way of all
 * streamed WAL, compared, walked and stored in the same order.
 */
final class LeftServer implements WalServer {
  private static final int STEP = 128 * 1024;

  private final LeftFiles files;
  private final long systemIdentifier;
  private final Timeline timeline;
  private final Lsn end;

  /**
   * A server.
   *
   * @param end of what it sends
   */
  LeftServer(LeftFiles files, long systemIdentifier, Timeline timeline, Lsn end) {
    this.files = files;
    this.systemIdentifier = systemIdentifier;
    this.timeline = timeline;
    this.end = end;
  }

  @Override
  public WalConnection connect() {
    return new Connection();
  }

  /** Nothing is kept for a slot any more. */
  @Override
  public SlotGauge gauge(String slot) {
    return new SlotGauge() {
      @Override
      public Optional<SlotUsage> read() {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  private final class Connection implements WalConnection {
    @Override
    public ServerIdentity identify() {
      return new ServerIdentity(
          systemIdentifier,
          timeline,
          end,
          false,
          files.segmentSize(),
          Duration.ZERO,
          Optional.empty());
    }

    @Override
    public Optional<byte[]> history(Timeline asked) {
      return files.history(asked);
    }

    @Override
    public Optional<SlotState> slot(String name) {
      return Optional.of(new SlotState(Optional.of(end), false));
    }

    @Override
    public void createSlot(String name) {}

    @Override
    public void dropSlot(String name) {}

    @Override
    public WalFeed start(Optional<String> slot, Timeline asked, Lsn from) {
      if (!files.has(SegmentName.containing(timeline, from, files.segmentSize()))) {
        throw new WalRemoved("there is no file of the segment at " + from);
      }
      return new Feed(from);
    }

    @Override
    public Outlook look() {
      return new Outlook(false, false);
    }

    @Override
    public void close() {}
  }

  private final class Feed implements WalFeed {
    private Lsn at;
    private boolean asked;

    Feed(Lsn from) {
      this.at = from;
    }

    @Override
    public Optional<Message> poll() {
      if (at.isBefore(end)) {
        SegmentName segment = SegmentName.containing(timeline, at, files.segmentSize());
        int most = (int) Math.min(STEP, end.minus(at));
        byte[] bytes = files.read(segment, at.segmentOffset(files.segmentSize()), most);
        Data data = new Data(at, end, ByteBuffer.wrap(bytes));
        at = at.plus(bytes.length);
        return Optional.of(data);
      }
      if (asked) {
        asked = false;
        // its files say until when it was alive, our clock does not
        return Optional.of(new Keepalive(end, files.newest(), false));
      }
      LockSupport.parkNanos(1_000_000);
      return Optional.empty();
    }

    @Override
    public void status(Lsn written, Lsn durable, boolean ask) {
      asked |= ask;
    }
  }
}
