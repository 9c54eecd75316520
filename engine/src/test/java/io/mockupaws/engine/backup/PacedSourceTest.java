package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.store.Pace;
import io.mockupaws.store.Throttle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The limit of {@code --max-read-rate}. Time passes by the waits alone. */
class PacedSourceTest {
  private final FakeFiles files = new FakeFiles();

  private static final class Waited implements Pace {
    private Duration all = Duration.ZERO;

    @Override
    public long nanos() {
      return all.toNanos();
    }

    @Override
    public void await(CountDownLatch cancelled, Duration time) {
      all = all.plus(time);
    }
  }

  private final Waited pace = new Waited();
  private boolean closed;

  private PacedSource source() {
    FileSource plain =
        new FileSource() {
          @Override
          public ReadMode mode() {
            return ReadMode.SQL;
          }

          @Override
          public Listing list(Exclusions exclusions) {
            return new Listing(exclusions).seal();
          }

          @Override
          public FileReader reader() {
            return files;
          }

          @Override
          public void close() {
            closed = true;
          }
        };
    return new PacedSource(plain, new Throttle(1000, pace));
  }

  @Test
  void allReadersTogetherReadNoMoreThanTheRate() {
    files.files.put("a", new byte[5000]);
    files.files.put("b", new byte[300]);
    PacedSource source = source();
    FileReader one = source.reader();
    FileReader other = source.reader();
    ByteBuffer into = ByteBuffer.allocate(10_000);
    assertThat(one.read(List.of(new Piece("a", 0, 2000)), into)).containsExactly(2000);
    assertThat(pace.all).isEqualTo(Duration.ofSeconds(2));
    // Counted is what came, whichever reader read it: files end earlier, or are gone.
    other.read(
        List.of(new Piece("a", 2000, 8000), new Piece("none", 0, 9000), new Piece("b", 0, 400)),
        into);
    assertThat(pace.all).isEqualTo(Duration.ofMillis(2000 + 3000 + 300));
  }

  @Test
  void nothingIsHeldBackOnceItIsClosed() {
    files.files.put("a", new byte[5000]);
    PacedSource source = source();
    FileReader reader = source.reader();
    source.close();
    reader.read(List.of(new Piece("a", 0, 5000)), ByteBuffer.allocate(5000));
    assertThat(pace.all).isEqualTo(Duration.ZERO);
    assertThat(closed).isTrue();
  }
}
