package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRoomTest {
  @TempDir private Path dir;

  @Test
  void aBucketsRoomIsItsQuotaLessWhatIsThere() {
    try (Store store = Stores.inMemory()) {
      store.create(ObjectKey.of("a"), new byte[600]);
      store.create(ObjectKey.of("clusters/prod/b"), new byte[150]);
      assertThat(StoreRoom.of(store, OptionalLong.of(1000)))
          .containsExactly(new StoreRoom(store.address(), OptionalLong.of(750), 250, 1000));
      assertThat(StoreRoom.of(store, OptionalLong.of(500)))
          .as("more than it may hold")
          .containsExactly(new StoreRoom(store.address(), OptionalLong.of(750), 0, 500));
      assertThat(StoreRoom.of(store, OptionalLong.empty())).as("it has no end").isEmpty();
    }
  }

  @Test
  void aDirectorysRoomIsItsDisks() {
    try (Store store = Stores.create(StoreAddress.parse("file://" + dir), StoreOptions.none())) {
      List<StoreRoom> rooms = StoreRoom.of(store, OptionalLong.empty());
      assertThat(rooms).hasSize(1);
      assertThat(rooms.getFirst().totalBytes()).isEqualTo(dir.toFile().getTotalSpace());
      assertThat(rooms.getFirst().freeBytes()).isBetween(1L, rooms.getFirst().totalBytes());
      store.create(ObjectKey.of("a"), new byte[600]);
      assertThat(StoreRoom.of(store, OptionalLong.of(1000)).getFirst().freeBytes()).isEqualTo(400);
    }
  }
}
