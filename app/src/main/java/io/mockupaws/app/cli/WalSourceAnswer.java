package io.mockupaws.app.cli;

import io.mockupaws.engine.journal.Import;
import io.mockupaws.engine.restore.WalSource;
import java.util.List;

/** What was taken of WAL beside the repository. */
record WalSourceAnswer(String address, int segments, int ofTarget, List<Import.Note> refused) {
  static WalSourceAnswer of(WalSource.Taken taken) {
    return new WalSourceAnswer(
        taken.address(), taken.segments(), taken.ofTarget(), taken.refused());
  }

  String text() {
    String own =
        ofTarget == 0 ? "" : ", and " + Units.count(ofTarget, "segment") + " of the target's own";
    return Units.count(segments, "segment") + " that the repository lacks, of " + address + own;
  }

  List<String> warnings() {
    return refused.stream()
        .map(note -> "of the WAL source " + note.file() + " is not used: " + note.why())
        .toList();
  }
}
