package io.mockupaws.app.main;

import io.mockupaws.app.cli.Program;
import io.mockupaws.app.cli.Redaction;
import io.mockupaws.app.cli.Screen;
import io.mockupaws.app.cli.StopSignal;
import io.mockupaws.app.cli.Terminal;
import io.mockupaws.app.config.ConfigReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Begins the process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Screen screen =
        new Screen(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            terminal(),
            Redaction.of(environment));
    Logs.quiet(screen, List.of(arguments).contains("--debug"));
    StopSignal stop = new StopSignal();
    Ending ending = Ending.onSignal(stop, screen::say);
    LiveParts parts = new LiveParts(InstantSource.system(), stop, environment);
    ending.end(new Program(parts, new ConfigReader(environment), screen).run(arguments));
  }

  /** UTF-8 whatever the locale says: cron has none. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static Terminal terminal() {
    return Terminal.of(
        System.getProperty("mockupaws.terminals", ""), System.getProperty("mockupaws.columns", ""));
  }
}
