package io.mockupaws.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the main job on servers of its own. */
@Command(
    name = "demo",
    description = {
      "Starts a PostgreSQL of its own, protects it under load, loses it after a mistake, recovers"
          + " it to just before and proves it row by row. Needs no server, no account, no network."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws demo",
      "  mockupaws demo --s3 --postgres 15",
      "  mockupaws demo --output json"
    })
final class DemoCommand implements Operation {
  private final Session session;

  @Option(names = "--s3", description = "the repository in a bucket of an embedded S3 server")
  private boolean s3;

  @Option(
      names = "--postgres",
      paramLabel = "15|16|17|18",
      description = "the server's major version (default: 18)")
  private int postgres = 18;

  @Option(names = "--keep", description = "leave the recovered server and all files")
  private boolean keep;

  DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public int execute(Screen screen, OutputFormat format) {
    boolean proven = session.parts().demo(new DemoRequest(postgres, s3, keep, format), screen);
    return proven ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
