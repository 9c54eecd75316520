package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.backup.TakenOver;
import java.util.List;
import java.util.Optional;

/** What of broken-off backups is used, in answers about backups. */
record TakenOverLine(List<String> backups, long files, long bytes, List<String> notUsed) {

  static TakenOverLine of(TakenOver takenOver) {
    return new TakenOverLine(
        takenOver.backups(), takenOver.files(), takenOver.bytes(), takenOver.reasons());
  }

  /** Empty where nothing is used. */
  Optional<Field> field(String name) {
    return files == 0
        ? Optional.empty()
        : Optional.of(
            new Field(
                name,
                Units.bytes(bytes)
                    + " in "
                    + Units.count(files, "file")
                    + ", stored by the broken-off "
                    + String.join(", ", backups)));
  }
}
