package io.mockupaws.app.cli;

import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room in one store. What a bucket holds is counted by listing it: that is done once an hour.
 *
 * @param usedBytes of this repository's objects; empty where nothing is counted
 * @param totalBytes the quota, else the disk's size
 */
record StoreRoom(String address, OptionalLong usedBytes, long freeBytes, long totalBytes) {

  /** Of each store that can be reached and whose room has an end. */
  static List<StoreRoom> of(Store store, OptionalLong quota) {
    List<Member> members = store.members();
    List<Store> all =
        members.isEmpty() ? List.of(store) : members.stream().map(Member::store).toList();
    List<StoreRoom> rooms = new ArrayList<>();
    for (Store one : all) {
      try {
        ofOne(one, quota).ifPresent(rooms::add);
      } catch (StoreException e) {
        // The look at the cluster says that it is away.
      }
    }
    return rooms;
  }

  private static Optional<StoreRoom> ofOne(Store store, OptionalLong quota) {
    Optional<FileStore> disk = disk(store.address());
    if (quota.isEmpty()) {
      return disk.flatMap(d -> ofDisk(store.address(), d));
    }
    AtomicLong used = new AtomicLong();
    store.forEach("", "", object -> used.addAndGet(object.size()));
    long free = Math.max(0, quota.getAsLong() - used.get());
    long physical =
        disk.flatMap(d -> ofDisk(store.address(), d)).map(StoreRoom::freeBytes).orElse(free);
    return Optional.of(
        new StoreRoom(
            store.address(),
            OptionalLong.of(used.get()),
            Math.min(free, physical),
            quota.getAsLong()));
  }

  private static Optional<FileStore> disk(String address) {
    if (!address.startsWith("file://")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.getFileStore(Path.of(URI.create(address).getPath())));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<StoreRoom> ofDisk(String address, FileStore disk) {
    try {
      return Optional.of(
          new StoreRoom(
              address, OptionalLong.empty(), disk.getUsableSpace(), disk.getTotalSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
