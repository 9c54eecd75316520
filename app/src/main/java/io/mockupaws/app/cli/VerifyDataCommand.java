package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.engine.proof.DataProof;
import io.mockupaws.engine.proof.DataReport;
import io.mockupaws.engine.proof.ProofRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves the data of a running database. */
@Command(
    name = "verify-data",
    description = {
      "Reads all data of one running database and changes nothing: tables and indexes by"
          + " PostgreSQL's amcheck where it is installed, failed checksums, foreign keys and checks"
          + " row by row, and your own questions. Needs no repository.",
      "Status 1: data are damaged. 3: something could not be proven, and what it takes is said."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws verify-data",
      "  mockupaws verify-data 'postgresql://postgres@127.0.0.1:5433/shop'",
      "  mockupaws verify-data --checks /etc/mockupaws/checks"
    })
final class VerifyDataCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description =
          "the database's address, without a password: that comes from ~/.pgpass, or write"
              + " '${VARIABLE}' (default: DATABASE_URL)")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--checks",
      paramLabel = "DIR",
      description =
          "a folder of questions, one query in each *.sql: good is no row, or one row that is true")
  private Optional<Path> checks = Optional.empty();

  VerifyDataCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (url.filter(InitCommand::holdsPassword).isPresent()) {
      problems.wrong(
          "URL",
          "holds a password, which every user of this host could read in the process list; leave"
              + " it out and put it in ~/.pgpass, or write '${VARIABLE}'");
    }
    Optional<ServerUrl> named = url.map(text -> session.expanded(text, problems));
    Config config =
        named.isPresent() ? session.config(problems) : session.config(problems, Need.SERVER);
    problems.throwIfAny();
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    Instant begin = session.now();
    try (ProgressLine line = session.progress()) {
      DataReport report =
          DataProof.prove(
              new ProofRequest(
                  session.parts().address(named.orElseGet(() -> config.server().orElseThrow())),
                  checks),
              (kind, subject) -> {
                line.phase("looking at " + kind.name().toLowerCase(Locale.ROOT), " " + subject);
                return !cancelled.get();
              });
      return DataProven.of(report, Duration.between(begin, session.now()));
    }
  }
}
