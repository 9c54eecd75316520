package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the WAL kept for a slot is an alarm, and when it fills the disk. */
class PrimaryDiskTest {
  private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

  @ParameterizedTest
  @CsvSource({"49, false", "50, true", "51, true"})
  void alarmsAtHalfOfTheServersSetting(long held, boolean alarm) {
    SlotUsage usage = usage(held, Slot.Keeps.EXTENDED, OptionalLong.of(100), OptionalLong.empty());

    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN).alarm()).isEqualTo(alarm);
  }

  @ParameterizedTest
  @CsvSource({"40, 60, false", "50, 50, true", "80, 20, true"})
  void alarmsWhenTheHeldAreAsManyAsTheFree(long held, long free, boolean alarm) {
    SlotUsage usage =
        usage(held, Slot.Keeps.RESERVED, OptionalLong.of(1000), OptionalLong.of(free));

    PrimaryDisk disk = PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN);

    assertThat(disk.capacity()).hasValue(100);
    assertThat(disk.alarm()).isEqualTo(alarm);
  }

  @Test
  void withoutSettingAndDiskOnlyTheOperatorsLimitTells() {
    SlotUsage usage =
        usage(1L << 40, Slot.Keeps.EXTENDED, OptionalLong.empty(), OptionalLong.empty());

    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN).limit()).isEmpty();
    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN).alarm()).isFalse();
    assertThat(PrimaryDisk.of(usage, OptionalLong.of(1L << 30), UNKNOWN).alarm()).isTrue();
  }

  @Test
  void wheneverTheServerGivesWalUpItIsAnAlarm() {
    for (Slot.Keeps keeps : new Slot.Keeps[] {Slot.Keeps.UNRESERVED, Slot.Keeps.LOST}) {
      SlotUsage usage = usage(1, keeps, OptionalLong.of(100), OptionalLong.empty());
      assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN).alarm()).isTrue();
    }
  }

  @Test
  void saysWhenItIsFull() {
    SlotUsage usage = usage(40, Slot.Keeps.EXTENDED, OptionalLong.of(100), OptionalLong.empty());

    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), OptionalDouble.of(2)).fullIn())
        .isEqualTo(Optional.of(Duration.ofSeconds(30)));
    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), OptionalDouble.of(0)).fullIn())
        .isEmpty();
    assertThat(PrimaryDisk.of(usage, OptionalLong.empty(), UNKNOWN).fullIn()).isEmpty();
  }

  private static SlotUsage usage(
      long held, Slot.Keeps keeps, OptionalLong setting, OptionalLong free) {
    return new SlotUsage(
        new Lsn(1000 + held),
        Optional.of(new Lsn(1000)),
        keeps,
        OptionalLong.empty(),
        setting,
        free);
  }
}
