package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import io.mockupaws.core.format.BackupId;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of a restore from a dump. */
final class DumpOptions {
  @Option(
      names = "--verify-only",
      description =
          "of a dump: everything is read, authenticated, decrypted, decompressed, and its list read"
              + " by pg_restore; nothing is restored")
  boolean verifyOnly;

  @Option(
      names = "--unauthenticated",
      description = "of a dump: one without a sidecar will do; nothing then proves what it holds")
  boolean unauthenticated;

  /** Whether a source is a file or an address. */
  static boolean isElsewhere(String source) {
    return !BackupId.isOne(source)
        && (source.contains("/") || Files.isRegularFile(Path.of(source)));
  }

  /** Whether a source can be nothing but a dump. */
  static boolean isDump(String source) {
    return isElsewhere(source) || source.endsWith(".enc");
  }

  /** What cannot be meant. */
  void check(
      String source, boolean database, boolean directory, boolean target, Problems problems) {
    boolean dump = isDump(source);
    if (dump && directory) {
      problems.wrong("--to-dir", "a dump goes into a database: --to-database URL");
    }
    if (dump && target) {
      problems.wrong(
          source, "a dump is of one moment; a target takes a physical backup and WAL: name none");
    }
    if (verifyOnly && !dump && !source.equals("latest")) {
      problems.wrong(
          "--verify-only", "is for a dump; of a physical backup: mockupaws verify " + source);
    }
    if (verifyOnly && (database || directory)) {
      problems.wrong("--verify-only", "restores nothing: name no destination");
    }
    if (unauthenticated && !dump) {
      problems.wrong("--unauthenticated", "is for a dump");
    }
  }
}
