package io.mockupaws.app.cli;

import io.mockupaws.engine.verify.VerifyListener;
import io.mockupaws.engine.verify.VerifyProgress;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Shows the phases of a verification. */
final class VerifyProgressLine implements VerifyListener {
  private final ProgressLine line;
  private final BooleanSupplier cancelled;
  private String shown = "";

  VerifyProgressLine(ProgressLine line, BooleanSupplier cancelled) {
    this.line = line;
    this.cancelled = cancelled;
  }

  @Override
  public synchronized void progress(VerifyProgress progress) {
    String name = name(progress);
    if (!name.equals(shown)) {
      shown = name;
      line.phase(name);
    }
    if (progress.total() > 0) {
      line.bytes(progress.done(), OptionalLong.of(progress.total()));
    }
  }

  private static String name(VerifyProgress progress) {
    return switch (progress.phase()) {
      case LISTING -> "listing " + progress.subject();
      case PACKS -> "reading " + progress.subject();
      case WAL -> "reading WAL";
    };
  }

  @Override
  public boolean cancelled() {
    return cancelled.getAsBoolean();
  }
}
