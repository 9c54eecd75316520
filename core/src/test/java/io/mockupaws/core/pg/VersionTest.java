package io.mockupaws.core.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class VersionTest {

  @Test
  void knowsItsVersions() {
    ServerVersion version = new ServerVersion(150018);
    assertThat(version).hasToString("15.18");
    assertThat(version.major()).isEqualTo(15);
    assertThat(version.minor()).isEqualTo(18);
    assertThat(version.walPageMagic()).isEqualTo(0xD110);
    assertThat(version.controlFileVersion()).isEqualTo(1300);
    assertThat(version.known().tablespaceDirectory()).isEqualTo("PG_15_202209061");
    assertThat(version).isLessThan(new ServerVersion(160000));
  }

  @Test
  void refusesAVersionItDoesNotKnow() {
    assertThatThrownBy(() -> new ServerVersion(140011).known())
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_VERSION))
        .hasMessageContaining("14.11");
    assertThat(MajorVersion.ofWalPageMagic(0xD10D)).isEmpty();
    assertThat(MajorVersion.ofCatalogVersion(0)).isEmpty();
    assertThatThrownBy(() -> new ServerVersion(15)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsTimeFrom2000() {
    assertThat(PgTimestamp.toInstant(0)).isEqualTo(Instant.parse("2000-01-01T00:00:00Z"));
    assertThat(PgTimestamp.toInstant(-1)).isEqualTo(Instant.parse("1999-12-31T23:59:59.999999Z"));
    assertThat(PgTimestamp.toInstant(848_685_713_741_061L))
        .isEqualTo(Instant.parse("2026-11-22T18:01:53.741061Z"));
    assertThat(PgTimestamp.toMicros(Instant.parse("1999-12-31T23:59:59.999999999Z"))).isEqualTo(-1);
  }

  /** All moments that a server can write: 4713 BC to the year 294276. */
  @Property
  void turnsTimesBack(
      @ForAll @LongRange(min = -211_813_488_000_000_000L, max = 9_223_371_331_199_999_999L)
          long micros) {
    assertThat(PgTimestamp.toMicros(PgTimestamp.toInstant(micros))).isEqualTo(micros);
  }
}
