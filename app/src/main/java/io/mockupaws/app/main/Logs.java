package io.mockupaws.app.main;

import io.mockupaws.app.cli.Screen;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What libraries log. Everything that matters reaches the operator as an error; their own words are
 * shown with {@code --debug} only.
 */
final class Logs {
  private Logs() {}

  static void quiet(Screen screen, boolean debug) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(debug ? Level.INFO : Level.OFF);
    if (debug) {
      root.addHandler(new ToScreen(screen));
    }
  }

  /** One line a record, through the screen's redaction. */
  private static final class ToScreen extends Handler {
    private final Screen screen;

    ToScreen(Screen screen) {
      this.screen = screen;
    }

    @Override
    public void publish(LogRecord entry) {
      screen.say(entry.getLevel() + " " + entry.getLoggerName() + ": " + entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
