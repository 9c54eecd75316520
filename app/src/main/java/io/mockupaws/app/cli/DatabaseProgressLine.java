package io.mockupaws.app.cli;

import io.mockupaws.engine.database.DatabaseListener;
import io.mockupaws.engine.database.DatabaseProgress;
import io.mockupaws.engine.restore.RestoreProgress;
import java.util.Optional;
import java.util.OptionalLong;

/** Shows the phases of a restore into a database. */
final class DatabaseProgressLine implements DatabaseListener {
  private final ProgressLine line;
  private final RestoreProgressLine recovery;
  private Optional<DatabaseProgress.Phase> shown = Optional.empty();

  DatabaseProgressLine(ProgressLine line) {
    this.line = line;
    this.recovery = new RestoreProgressLine(line);
  }

  @Override
  public void progress(RestoreProgress progress) {
    recovery.progress(progress);
  }

  @Override
  public void progress(DatabaseProgress progress) {
    if (shown.filter(phase -> phase == progress.phase()).isEmpty()) {
      shown = Optional.of(progress.phase());
      line.phase(
          switch (progress.phase()) {
            case COPY -> "copying the database";
            case COMPARE -> "comparing the copy";
            case SWAP -> "changing names";
          });
    }
    switch (progress.phase()) {
      case COPY -> line.bytes(progress.done(), OptionalLong.empty());
      case COMPARE -> line.state(progress.done() + " of " + progress.total() + " tables");
      case SWAP -> line.state("at once");
    }
  }
}
