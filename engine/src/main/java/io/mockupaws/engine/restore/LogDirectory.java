package io.mockupaws.engine.restore;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where a restored server logs. The source may have a file where the directory would be: a server
 * that is started by {@code pg_ctl -l log} has.
 */
final class LogDirectory {
  static final String USUAL = "log";
  private static final String OTHER = "log_of_copy";

  private LogDirectory() {}

  /** Its name, once the backup's files are there. */
  static String in(Path target) {
    return chosen(Files.isRegularFile(target.resolve(USUAL), LinkOption.NOFOLLOW_LINKS));
  }

  /** Its name. */
  static String chosen(boolean usualIsFile) {
    return usualIsFile ? OTHER : USUAL;
  }
}
