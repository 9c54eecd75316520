package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The commit index stays small however many commits there are, and counts every one of them. */
class IndexBuilderTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final List<Commit> commits = new ArrayList<>();

  private SegmentIndex index(int count, Duration apart) {
    MadeWal wal = new MadeWal(2L * MadeWal.SEGMENT);
    for (int i = 0; i < count; i++) {
      commits.add(wal.commit(NOON.plus(apart.multipliedBy(i))));
    }
    int length = (int) wal.end().minus(wal.start());
    assertThat(length).isLessThan(MadeWal.SEGMENT);
    IndexBuilder builder = new IndexBuilder();
    builder.begin(wal.start());
    WalWalk walk = new WalWalk(MadeWal.SEGMENT, new Timeline(1), wal.start(), builder);
    walk.feed(ByteBuffer.wrap(wal.bytes(wal.start(), length)));
    return builder.snapshot(length, new WalState.Reading(), true);
  }

  /** As large with 10,000 commits in a second, or three hours of one a second, as with one. */
  @Test
  void isAsSmallWithManyCommitsAsWithOne() {
    int one = SegmentIndexJson.encode(index(1, Duration.ZERO)).length;
    for (Duration apart : List.of(Duration.ofNanos(100_000), Duration.ofSeconds(1))) {
      commits.clear();
      SegmentIndex index = index(12_000, apart);
      assertThat(index.commits()).isEqualTo(12_000);
      assertThat(index.firstCommit()).contains(commits.getFirst());
      assertThat(index.lastCommit()).contains(commits.getLast());
      assertThat(SegmentIndexJson.encode(index)).hasSizeLessThan(one + 40);
    }
  }
}
