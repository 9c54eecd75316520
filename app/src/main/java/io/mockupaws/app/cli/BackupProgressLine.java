package io.mockupaws.app.cli;

import io.mockupaws.engine.backup.BackupProgress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Shows the phases of a backup. */
final class BackupProgressLine implements BackupProgress {
  private final ProgressLine line;
  private final BooleanSupplier cancelled;
  private Optional<Phase> shown = Optional.empty();

  BackupProgressLine(ProgressLine line, BooleanSupplier cancelled) {
    this.line = line;
    this.cancelled = cancelled;
  }

  @Override
  public void report(State state) {
    if (shown.filter(phase -> phase == state.phase()).isEmpty()) {
      shown = Optional.of(state.phase());
      line.phase(name(state.phase()));
    }
    if (state.phase() == Phase.READING) {
      line.bytes(
          state.bytesDone(),
          state.bytesTotal() > 0 ? OptionalLong.of(state.bytesTotal()) : OptionalLong.empty());
    }
  }

  private static String name(Phase phase) {
    return switch (phase) {
      case BEGINNING -> "waiting for the server's checkpoint";
      case COMPARING -> "reading what changed";
      case LISTING -> "listing files";
      case READING -> "reading files";
      case AWAITING_WAL -> "waiting for the last WAL to be durable";
      case COMMITTING -> "writing the manifest";
    };
  }

  @Override
  public boolean cancelled() {
    return cancelled.getAsBoolean();
  }
}
