package io.mockupaws.app.cli;

import io.mockupaws.engine.restore.RestoreListener;
import io.mockupaws.engine.restore.RestoreProgress;
import java.util.Optional;
import java.util.OptionalLong;

/** Shows the phases of a restore. */
final class RestoreProgressLine implements RestoreListener {
  private final ProgressLine line;
  private Optional<RestoreProgress.Phase> shown = Optional.empty();

  RestoreProgressLine(ProgressLine line) {
    this.line = line;
  }

  @Override
  public void progress(RestoreProgress progress) {
    if (shown.filter(phase -> phase == progress.phase()).isEmpty()) {
      shown = Optional.of(progress.phase());
      line.phase(name(progress.phase()));
    }
    OptionalLong total =
        progress.total() > 0 ? OptionalLong.of(progress.total()) : OptionalLong.empty();
    switch (progress.phase()) {
      case WAL, COMPARE, FILES, REPLAY -> line.bytes(progress.done(), total);
      case SYNC -> line.state(progress.done() + " of " + progress.total() + " files");
    }
  }

  private static String name(RestoreProgress.Phase phase) {
    return switch (phase) {
      case WAL -> "fetching WAL";
      case COMPARE -> "comparing files";
      case FILES -> "writing files";
      case SYNC -> "making files durable";
      case REPLAY -> "replaying WAL";
    };
  }
}
