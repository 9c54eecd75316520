package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.config.Problems;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of the checklist before a restore. */
final class CheckOptions {
  @Option(
      names = "--verify-first",
      description = "every byte of the backup, or of the dump, is read and verified before")
  boolean verifyFirst;

  @Option(
      names = "--skip",
      paramLabel = "ITEM",
      split = ",",
      description =
          "an item of the checklist that is not looked at: space, backup, state, notice; again for"
              + " each")
  Set<CheckItem> skipped = Set.of();

  /** The same, and nobody is told. */
  CheckOptions quiet() {
    CheckOptions quiet = new CheckOptions();
    quiet.verifyFirst = verifyFirst;
    Set<CheckItem> more = EnumSet.of(CheckItem.NOTICE);
    more.addAll(skipped);
    quiet.skipped = more;
    return quiet;
  }

  /** Where nothing is restored there is no checklist. */
  void refuse(String option, Problems problems) {
    if (verifyFirst) {
      problems.wrong("--verify-first", "means nothing beside " + option);
    }
    if (!skipped.isEmpty()) {
      problems.wrong("--skip", "means nothing beside " + option + ": nothing is restored");
    }
  }

  void check(Problems problems) {
    if (verifyFirst && skipped.contains(CheckItem.BACKUP)) {
      problems.wrong("--verify-first", "means nothing beside --skip backup");
    }
  }
}
