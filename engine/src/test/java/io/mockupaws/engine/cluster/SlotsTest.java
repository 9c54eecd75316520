package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "Upper", "with-dash", "with space", "ünïcode", "quote'"})
  void knowsWhatCannotNameASlot(String name) {
    assertThat(Slots.isName(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"prod, mockupaws_prod", "My-Shop.eu, mockupaws_my_shop_eu"})
  void namesTheSlotAfterTheCluster(String cluster, String slot) {
    assertThat(Slots.nameFor(cluster)).isEqualTo(slot);
  }

  @Property
  void everyClusterHasASlotsName(@ForAll String cluster) {
    assertThat(Slots.isName(Slots.nameFor(cluster))).isTrue();
  }
}
