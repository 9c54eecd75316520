package io.mockupaws.engine.drill;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.database.ScratchServer;
import io.mockupaws.engine.proof.DataProof;
import io.mockupaws.engine.proof.DataReport;
import io.mockupaws.engine.proof.ProofListener;
import io.mockupaws.engine.proof.ProofRequest;
import io.mockupaws.engine.restore.RestoreResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Proves every database of a safe copy that was started, over the socket in its directory, which
 * asks nobody for a password.
 */
public final class CopyProof {
  private final ScratchServer server;

  private CopyProof(ScratchServer server) {
    this.server = server;
  }

  /**
   * Connects to the copy.
   *
   * @param result of a restore that started a safe copy
   * @param known names that may be roles there
   */
  public static CopyProof of(RestoreResult result, List<String> known) {
    return new CopyProof(
        ScratchServer.find(
            result.directory(),
            result.recovered().orElseThrow().port(),
            result.plan().backup().serverVersion() / 10_000,
            known));
  }

  /** What the operator asks of one database besides. */
  public record Questions(String database, Path folder) {}

  /**
   * Makes PostgreSQL's own checks available, and switches event triggers off, where the host has
   * them: for a copy that nobody keeps.
   */
  public void installChecks() {
    for (String database : databases()) {
      try (ServerSession session = server.open(database)) {
        // they would run what production's owner meant for production
        session
            .query(
                "listing its event triggers",
                "SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname) FROM pg_event_trigger",
                row -> row.getString(1))
            .forEach(off -> session.run("switching off an event trigger", off));
        session.run("installing amcheck", "CREATE EXTENSION IF NOT EXISTS amcheck");
      } catch (Failure e) {
        // the proof says that it is not there
      }
    }
  }

  /**
   * Looks at one database after the other, all of their data.
   *
   * @throws Failure as {@link DataProof#prove}
   */
  public List<DataReport> prove(Optional<Questions> questions, ProofListener listener) {
    List<DataReport> reports = new ArrayList<>();
    for (String database : databases()) {
      Optional<Path> checks =
          questions.filter(one -> one.database().equals(database)).map(Questions::folder);
      reports.add(DataProof.prove(new ProofRequest(server.address(database), checks), listener));
    }
    return reports;
  }

  /** Whether a database is one of those that are looked at. */
  public boolean has(String database) {
    return databases().contains(database);
  }

  /** Databases that nobody can look into. */
  public List<String> closed() {
    return named("NOT datallowconn");
  }

  private List<String> databases() {
    return named("datallowconn");
  }

  private List<String> named(String which) {
    try (ServerSession session = server.open("template1")) {
      return session.query(
          "listing the databases",
          "SELECT datname FROM pg_database WHERE "
              + which
              + " AND datname NOT IN ('template0', 'template1') ORDER BY oid",
          row -> row.getString(1));
    }
  }
}
