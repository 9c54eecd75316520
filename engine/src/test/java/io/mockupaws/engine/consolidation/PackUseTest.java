package io.mockupaws.engine.consolidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which packs are worth to be rewritten, and when it is time. */
class PackUseTest {
  private static final int FRAME = 1 << 18;

  private final PackUse use = new PackUse();
  private int packs;

  /** A pack of which a part is needed. */
  private void pack(int frames, double needed, int sealedFrame) {
    int[] plain = new int[frames];
    Arrays.fill(plain, FRAME);
    int[] sealed = new int[frames];
    Arrays.fill(sealed, sealedFrame);
    int number = packs++;
    use.pack(
        number,
        new PackTable(
            ObjectKey.of("clusters/c/packs/b/" + number),
            64 + (long) frames * sealedFrame,
            plain,
            sealed));
    long length = (long) (frames * (long) FRAME * needed);
    use.file(
        new FileEntry(
            "base/5/" + number,
            FileEntry.Origin.DATA,
            length,
            0600,
            Instant.EPOCH,
            0,
            List.of(new Run(0, length, number, 0, 0))));
  }

  private static ConsolidationPlan plan(long content, long released, int rewritten) {
    BitSet packs = new BitSet();
    packs.set(0, rewritten);
    return new ConsolidationPlan(
        new BackupId("20260407T120000Z-incremental-1a2b"),
        100,
        content,
        content - released,
        packs,
        1,
        released,
        List.of());
  }

  @Test
  void thoseOfWhichLessThanHalfIsNeeded() {
    pack(256, 1, FRAME);
    pack(256, 0.51, FRAME);
    pack(256, 0.49, FRAME);
    pack(4, 0.1, FRAME);
    pack(4, 0.9, FRAME);
    assertThat(use.toRewrite().stream().toArray()).containsExactly(2, 3);
    assertThat(use.needed(1)).isEqualTo((long) (256L * FRAME * 0.51));
    assertThat(use.content(1)).isEqualTo(256L * FRAME);
  }

  @Test
  void smallOnesOnceThereAreMany() {
    pack(256, 1, FRAME);
    for (int i = 0; i < 31; i++) {
      pack(4, 1, FRAME);
    }
    assertThat(use.toRewrite().stream().toArray()).isEmpty();
    pack(64, 1, FRAME / 4);
    assertThat(use.toRewrite().cardinality()).isEqualTo(32);
    assertThat(use.toRewrite().get(0)).isFalse();
  }

  @Test
  void itIsTimeWhenAQuarterWouldBeReleasedOrManyPacksMadeFewer() {
    assertThat(plan(100, 25, 1).isDue()).isTrue();
    assertThat(plan(100, 24, 31).isDue()).isFalse();
    assertThat(plan(100, 0, 32).isDue()).isTrue();
    assertThat(plan(0, 0, 0).isDue()).isFalse();
  }
}
