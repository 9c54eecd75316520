package io.mockupaws.app.cli;

import io.mockupaws.engine.journal.Import;
import io.mockupaws.engine.restore.WalSource;
import java.util.List;

/** What was taken of WAL beside the repository. */
record WalSourceAnswer(String address, int segments, List<Import.Note> refused) {
  static WalSourceAnswer of(WalSource.Taken taken) {
    return new WalSourceAnswer(taken.address(), taken.segments(), taken.refused());
  }

  String text() {
    return Units.count(segments, "segment") + " that the repository lacks, of " + address;
  }

  List<String> warnings() {
    return refused.stream()
        .map(note -> "of the WAL source " + note.file() + " is not used: " + note.why())
        .toList();
  }
}
