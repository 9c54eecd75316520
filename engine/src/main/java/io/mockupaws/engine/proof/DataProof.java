package io.mockupaws.engine.proof;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.proof.Finding.Kind;
import io.mockupaws.engine.proof.Finding.State;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks at the data of one running database, all of it, and changes nothing: every statement runs
 * read-only, and none takes a lock that writers would wait for.
 */
public final class DataProof {
  /** Class XX: the server met data that cannot be, as {@code ERRCODE_DATA_CORRUPTED}. */
  private static final String CORRUPT = "XX";

  /**
   * The server gave up for its own reasons: classes 53 (resources), 57 (operator), 40, 55 (locks).
   */
  private static final List<String> OTHER_REASONS = List.of("53", "57", "40", "55", "0A");

  private final ProofListener listener;
  private final Map<Kind, Integer> looked = new EnumMap<>(Kind.class);
  private final List<Finding> findings = new ArrayList<>();

  private DataProof(ProofListener listener) {
    this.listener = listener;
  }

  /**
   * Looks at everything.
   *
   * @throws Failure VERIFY_INTERRUPTED; LOCAL_FILE for the folder of checks; and as {@link
   *     ServerSession#open}
   */
  public static DataReport prove(ProofRequest request, ProofListener listener) {
    List<SqlCheck> checks = SqlCheck.in(request.checks());
    try (ServerSession session = ServerSession.open(request.server())) {
      session.run("preparing the session", "SET default_transaction_read_only TO on");
      // rows that a policy hides would be missing silently
      session.run("preparing the session", "SET row_security TO off");
      DataProof proof = new DataProof(listener);
      int version =
          session.one(
              "asking its version",
              "SELECT current_setting('server_version_num')::int",
              row -> row.getInt(1));
      new Checksums(session).look(proof);
      Relations relations = new Relations(session, version);
      relations.look(proof);
      new Constraints(session).look(proof);
      checks.forEach(check -> check.look(session, proof));
      List<DataReport.Looked> looked = new ArrayList<>();
      proof.looked.forEach((kind, count) -> looked.add(new DataReport.Looked(kind, count)));
      return new DataReport(
          session.address(), version, relations.hasAmcheck(), looked, proof.findings);
    }
  }

  /**
   * Refuses a folder of questions that cannot be read or has none.
   *
   * @throws Failure USAGE, LOCAL_FILE
   */
  public static void requireQuestions(Path folder) {
    SqlCheck.in(Optional.of(folder));
  }

  /** Begins with one thing. */
  void begin(Kind kind, String subject) {
    looked.merge(kind, 1, Integer::sum);
    if (!listener.next(kind, subject)) {
      throw new Failure(
          ErrorCode.VERIFY_INTERRUPTED,
          "the verification was stopped; it has changed nothing",
          "start it again");
    }
  }

  void found(Kind kind, String subject, State state, String what) {
    findings.add(new Finding(kind, subject, state, what));
  }

  /**
   * Looks at one thing.
   *
   * @param question gives what is wrong, a line each; what the server fails with says something
   *     too: damaged data, or that it cannot be told
   */
  void ask(Kind kind, String subject, Supplier<List<String>> question) {
    begin(kind, subject);
    try {
      List<String> wrong = question.get();
      if (!wrong.isEmpty()) {
        found(kind, subject, State.DAMAGED, String.join("; ", wrong));
      }
    } catch (Failure e) {
      String state = sqlState(e);
      if (e.code() == ErrorCode.SERVER_UNREACHABLE || state.isEmpty()) {
        throw e;
      }
      found(kind, subject, weight(state), e.what());
    }
  }

  private static State weight(String state) {
    // a statement that cannot be run proves nothing; data that cannot be read are damaged
    boolean unrun =
        !state.startsWith(CORRUPT)
            && (state.startsWith("42") || OTHER_REASONS.stream().anyMatch(state::startsWith));
    return unrun ? State.UNPROVEN : State.DAMAGED;
  }

  private static String sqlState(Failure failure) {
    return failure.getCause() instanceof SQLException sql && sql.getSQLState() != null
        ? sql.getSQLState()
        : "";
  }
}
