package io.mockupaws.app.main;

import io.mockupaws.app.cli.Program;
import io.mockupaws.app.cli.Redaction;
import io.mockupaws.app.cli.Screen;
import io.mockupaws.app.cli.StopSignal;
import io.mockupaws.app.cli.Terminal;
import io.mockupaws.app.config.ConfigReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/**
 * Runs what commands begin with, so that a cache of loaded classes can be made from it. Nothing is
 * reached: the server's and the bucket's addresses are closed ports of this host.
 */
public final class WarmUp {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "BACKUP_REPOSITORY", "s3://warm-up?endpoint=http://127.0.0.1:1&path-style=true",
          "AWS_ACCESS_KEY_ID", "none",
          "AWS_SECRET_ACCESS_KEY", "none",
          "DATABASE_URL", "postgresql://none@127.0.0.1:1/none",
          "BACKUP_ENCRYPTION_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

  private WarmUp() {}

  public static void main(String[] arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Screen screen = new Screen(nowhere, nowhere, Terminal.none(), Redaction.of(ENVIRONMENT));
    Logs.quiet(screen, false);
    for (String line :
        new String[] {"--help", "list --output json", "list --help", "show latest"}) {
      new Program(
              new LiveParts(InstantSource.system(), new StopSignal(), ENVIRONMENT),
              new ConfigReader(ENVIRONMENT),
              screen)
          .run(line.split(" ", -1));
    }
  }
}
