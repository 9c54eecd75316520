package io.mockupaws.engine.doctor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The room in a directory; a bucket has no end. */
final class StoreSpace {
  private static final String ID = "store.space";

  /** As the alert LowBackupStorage judges it. */
  private static final int LITTLE_PERCENT = 10;

  private StoreSpace() {}

  /** Empty for a store that is no directory. */
  static Optional<Check> of(String address) {
    if (!address.startsWith("file://")) {
      return Optional.empty();
    }
    try {
      FileStore disk = Files.getFileStore(Path.of(URI.create(address).getPath()));
      return Optional.of(judge(disk.getUsableSpace(), disk.getTotalSpace()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(Check.unknown(ID, "the disk of " + address + " does not tell its room"));
    }
  }

  static Check judge(long free, long total) {
    String room = Amount.bytes(free) + " of " + Amount.bytes(total) + " are free";
    return free < total / 100 * LITTLE_PERCENT
        ? Check.warning(
            ID,
            room + ": less than a tenth",
            "see what a cleanup would free, mockupaws cleanup --dry-run; keep less, by"
                + " retention.*; or give it a larger disk")
        : Check.ok(ID, room);
  }
}
