package io.mockupaws.app.cli;

import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Taken;
import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.drill.CopyProof;
import io.mockupaws.engine.proof.DataReport;
import io.mockupaws.engine.repository.HostName;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestoreResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What comes once the server runs: its data are proven, the world is told, objectives compared. */
final class FailoverEnding {
  private final Session session;
  private final Config config;
  private final FailoverOptions options;
  private final FailoverWalk walk;
  private final FailoverEvidence evidence;
  private final Cancel cancel;
  private boolean allProven;
  private boolean told;

  FailoverEnding(
      Session session,
      Config config,
      FailoverOptions options,
      FailoverWalk walk,
      FailoverEvidence evidence,
      Cancel cancel) {
    this.session = session;
    this.config = config;
    this.options = options;
    this.walk = walk;
    this.evidence = evidence;
    this.cancel = cancel;
  }

  /** Proves the data of every database. */
  void prove(RestoreResult result) {
    allProven = walk.take("proof", () -> options.keepSettings ? cannotEnter() : proof(result));
  }

  private Taken<Boolean> cannotEnter() {
    return new Taken<>(
        false,
        Outcome.UNKNOWN,
        "with --keep-settings the server lets in whom the source did: prove each database with"
            + " mockupaws verify-data URL"
            + options.checks.map(folder -> " --checks " + folder).orElse(""));
  }

  private Taken<Boolean> proof(RestoreResult result) {
    Optional<ServerAddress> source = config.server().map(session.parts()::address);
    CopyProof proof = CopyProof.of(result, source.map(ServerAddress::user).stream().toList());
    if (options.drill) {
      proof.installChecks();
    }
    Optional<CopyProof.Questions> questions =
        options.checks.flatMap(
            folder -> source.map(address -> new CopyProof.Questions(address.database(), folder)));
    List<DataProven> proven = new ArrayList<>();
    try (ProgressLine line = session.progress()) {
      List<DataReport> reports =
          proof.prove(
              questions,
              (kind, subject) -> {
                line.phase("looking at " + kind.name().toLowerCase(Locale.ROOT), " " + subject);
                return !cancel.isAsked();
              });
      reports.forEach(report -> proven.add(DataProven.of(report, Duration.ZERO)));
    }
    evidence.proofs(proven);
    List<String> unseen = new ArrayList<>();
    proof.closed().forEach(name -> unseen.add("the database " + name + " takes no connection"));
    if (options.checks.isPresent()
        && questions.filter(one -> proof.has(one.database())).isEmpty()) {
      unseen.add(
          "--checks were not asked: "
              + source
                  .map(address -> "there is no database " + address.database())
                  .orElse("no DATABASE_URL names their database"));
    }
    return judged(proven, unseen);
  }

  /**
   * What it comes to.
   *
   * @param unseen what was not looked at
   */
  static Taken<Boolean> judged(List<DataProven> proven, List<String> unseen) {
    String findings =
        Stream.concat(
                proven.stream()
                    .flatMap(one -> one.findings().stream())
                    .limit(3)
                    .map(found -> found.kind() + " " + found.subject() + ": " + found.what()),
                unseen.stream())
            .collect(Collectors.joining("; "));
    if (!proven.stream().allMatch(DataProven::done)) {
      return new Taken<>(false, Outcome.FAILED, "data are DAMAGED: " + findings);
    }
    if (proven.isEmpty()) {
      return new Taken<>(
          false,
          Outcome.UNKNOWN,
          "there was no database to look at" + (unseen.isEmpty() ? "" : ": " + findings));
    }
    if (!unseen.isEmpty() || !proven.stream().allMatch(DataProven::promisesKept)) {
      return new Taken<>(
          false, Outcome.UNKNOWN, "no damage was found, and not everything is proven: " + findings);
    }
    return Taken.ok(
        true, Units.count(proven.size(), "database") + ": all that was looked at is as it must be");
  }

  /**
   * Runs the hook, unless what it would point to must not be used.
   *
   * @param cameBack says what lives of the old server, given the new one's port
   */
  void tell(RestoreResult result, IntFunction<List<String>> cameBack) {
    told = options.hook.isEmpty() || walk.take("hook", () -> hook(result, cameBack));
  }

  private Taken<Boolean> hook(RestoreResult result, IntFunction<List<String>> cameBack) {
    if (options.drill) {
      return new Taken<>(true, Outcome.SKIPPED, "it can be run; a drill tells nobody");
    }
    if (walk.has(Outcome.FAILED)) {
      return new Taken<>(
          false, Outcome.SKIPPED, "nobody is sent to a server whose data are damaged");
    }
    if (cancel.isAsked()) {
      return withheld(result, Outcome.FAILED, "the failover was stopped");
    }
    if (!allProven && !options.hookUnproven) {
      return withheld(
          result, Outcome.MISSED, "the data are not proven; --hook-unproven runs it all the same");
    }
    List<String> lives = cameBack.apply(result.recovered().orElseThrow().port());
    if (!lives.isEmpty()) {
      evidence.next(
          "two servers of the cluster may take writes: end this one ("
              + result.stopCommand()
              + "), or stop the old one for good and run the hook with "
              + words(facts(result)));
      return new Taken<>(false, Outcome.FAILED, "not run: " + String.join("; ", lives));
    }
    FailoverHook.Ran ran =
        new FailoverHook(session, options.hook.orElseThrow(), options.hookLimit())
            .run(System.getenv(), facts(result));
    evidence.hook(ran);
    if (ran.status() == 0) {
      return Taken.ok(true, ran.program() + " ended with status 0");
    }
    evidence.next(
        "the hook failed and the server runs: mend what it says, and run it again with "
            + words(facts(result)));
    return new Taken<>(
        false,
        Outcome.FAILED,
        ErrorCode.HOOK_FAILED.code() + ": " + ran.program() + " ended with status " + ran.status());
  }

  private Taken<Boolean> withheld(RestoreResult result, Outcome outcome, String why) {
    evidence.next(
        "the server runs and nobody is sent there: once you trust it, run the hook with "
            + words(facts(result)));
    return new Taken<>(false, outcome, "not run: " + why);
  }

  private static String words(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(fact -> fact.getKey() + "=" + fact.getValue())
        .collect(Collectors.joining(" "));
  }

  private Map<String, String> facts(RestoreResult result) {
    RestoreResult.Recovered recovered = result.recovered().orElseThrow();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("MOCKUPAWS_CLUSTER", evidence.name());
    facts.put("MOCKUPAWS_HOST", options.keepSettings ? HostName.own() : "localhost");
    facts.put("MOCKUPAWS_PORT", Integer.toString(recovered.port()));
    facts.put("MOCKUPAWS_DIRECTORY", result.directory().toString());
    facts.put("MOCKUPAWS_LSN", recovered.reached().lsn().toString());
    recovered
        .lastCommit()
        .ifPresent(commit -> facts.put("MOCKUPAWS_LAST_COMMIT", commit.time().toString()));
    return facts;
  }

  /** Holds what it took and what is lost against what was promised. */
  void hold(ClusterConfig setting, Duration took) {
    walk.take("objectives", () -> objectives(setting, took));
  }

  private Taken<Boolean> objectives(ClusterConfig setting, Duration took) {
    return FailoverObjectives.held(
        setting.rto(), took, told && !walk.has(Outcome.FAILED), setting.rpo(), evidence.loss());
  }
}
