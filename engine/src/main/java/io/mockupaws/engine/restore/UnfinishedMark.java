package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A file in the target from the first byte of a restore to the last. Making it claims the directory
 * against a second restore; together with the missing control file it tells that a directory is
 * unfinished.
 */
final class UnfinishedMark {
  static final String NAME = "mockupaws.unfinished";

  private UnfinishedMark() {}

  /** Claims the directory; fails when there is a mark already. */
  static void set(Path target, String backup, Instant now) throws IOException {
    String text =
        "A restore of the backup "
            + backup
            + " began here at "
            + now
            + " and is not finished.\nThis directory cannot be started. Unless the restore is still"
            + " running, remove the directory and restore again.\n";
    Files.writeString(
        target.resolve(NAME), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    LocalFiles.syncDirectory(target);
  }

  static boolean isSet(Path target) {
    return Files.exists(target.resolve(NAME));
  }

  static void remove(Path target) throws IOException {
    Files.deleteIfExists(target.resolve(NAME));
    LocalFiles.syncDirectory(target);
  }
}
