package io.mockupaws.demo.story;

import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerProof;
import io.mockupaws.demo.ledger.ProofTarget;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** The second half: on a fresh host, with nothing but the repository's address and key. */
final class Recovery {

  private final CommandLine newcomer;
  private final Workplace workplace;
  private final Narrator narrator;

  Recovery(CommandLine newcomer, Workplace workplace, Narrator narrator) {
    this.newcomer = newcomer;
    this.workplace = workplace;
    this.narrator = narrator;
  }

  /** Gives the time of the last commit that the repository holds. */
  Instant lastCommit() {
    return narrator.step(
        "On another host, with the repository's address and key: what can be had back?",
        () -> {
          JsonNode window = newcomer.run("window");
          JsonNode last = window.path("lastCommit");
          if (!last.isString()) {
            throw new DemoFailure("window does not tell the last commit: " + window);
          }
          narrator.line("everything up to the commit of " + last.stringValue());
          return Instant.parse(last.stringValue());
        });
  }

  /** Restores and starts; gives the port and how long it took. */
  Recovered restore(Instant target) {
    Path directory = workplace.restoredDirectory();
    int port = FreePort.find();
    return narrator.step(
        "Back to the moment before the mistake.",
        () -> {
          long start = System.nanoTime();
          newcomer.run(
              "restore",
              "latest",
              "--to-dir",
              directory.toString(),
              "--target-time",
              target.toString(),
              "--start",
              "--port",
              Integer.toString(port));
          return new Recovered(port, Duration.ofNanos(System.nanoTime() - start));
        });
  }

  /** A recovered server. */
  record Recovered(int port, Duration took) {}

  /** Compares every row. */
  Evidence prove(ServerLogin recovered, Ledger ledger, ScenarioHashes before, Instant target) {
    return narrator.step(
        "Proof, row by row, against the ledger and the hashes taken before.",
        () -> {
          LedgerProof proof =
              LedgerProof.of(recovered, Shop.DATABASE, ledger, ProofTarget.at(target));
          ScenarioHashes after = ScenarioHashes.of(recovered, Shop.DATABASE);
          proof.examples().forEach(narrator::line);
          return new Evidence(proof, before.missingIn(after), after.missingIn(before));
        });
  }

  /**
   * What the comparison found.
   *
   * @param scenariosLost rows of {@code scenarios} that are missing or changed
   * @param scenariosForeign rows of {@code scenarios} that were not there before
   */
  record Evidence(LedgerProof logs, long scenariosLost, long scenariosForeign) {}
}
