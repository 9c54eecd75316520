package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.Comparison;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.store.Member;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a restore will do. */
record PlanAnswer(
    String cluster,
    String repository,
    String directory,
    String backup,
    long backupAgeSeconds,
    String requested,
    long timeline,
    String action,
    Optional<Instant> lastCommit,
    Optional<Long> lastCommitXid,
    Optional<Instant> reachedTime,
    String reachedTimeInServerZone,
    String serverZone,
    String recordLsn,
    String endLsn,
    Optional<Instant> newestCommit,
    long lostMillis,
    long lostCommits,
    long fetchBytes,
    long writeBytes,
    long replayBytes,
    long estimatedMillis,
    long neededBytes,
    long freeBytes,
    int jobs,
    Optional<String> postgres,
    Optional<ExistingAnswer> existing,
    Optional<WalSourceAnswer> walSource,
    Optional<FrozenAnswer> frozen,
    List<String> storesAway,
    boolean mayMissNewest,
    List<String> warnings) {

  static PlanAnswer of(ClusterRepository cluster, RestorePlan plan, String requested, Instant now) {
    Instant reached = plan.target().reachedTime().orElse(plan.backup().stoppedAt());
    return new PlanAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        plan.directory().toString(),
        plan.backup().id().value(),
        Math.max(0, Duration.between(plan.backup().stoppedAt(), now).toSeconds()),
        requested,
        Integer.toUnsignedLong(plan.target().timeline().id()),
        plan.request().action().word(),
        plan.target().lastCommit().map(Commit::time),
        plan.target().lastCommit().map(Commit::xid),
        Optional.of(reached),
        inZone(reached, plan.serverZone()),
        plan.serverZone(),
        plan.target().recordStart().toString(),
        plan.target().recordEnd().toString(),
        plan.loss().newest(),
        plan.loss().age().toMillis(),
        plan.loss().commits(),
        plan.estimate().fetchBytes(),
        plan.estimate().writeBytes(),
        plan.estimate().replayBytes(),
        plan.estimate().time().total().toMillis(),
        plan.space().needed(),
        plan.space().free(),
        plan.request().jobs(),
        plan.binaries().map(b -> b.version() + " in " + b.directory()),
        plan.existing().map(ExistingAnswer::of),
        Optional.empty(),
        Optional.empty(),
        away(cluster),
        !away(cluster).isEmpty() && plan.request().target() instanceof TargetRequest.Latest,
        warnings(cluster, plan));
  }

  /** Those of several stores that cannot be reached. */
  static List<String> away(ClusterRepository cluster) {
    return cluster.store().members().stream()
        .filter(member -> member.away().isPresent())
        .map(Member::address)
        .toList();
  }

  private static List<String> warnings(ClusterRepository cluster, RestorePlan plan) {
    List<String> warnings = new ArrayList<>();
    for (String store : away(cluster)) {
      warnings.add(
          "the store "
              + store
              + " cannot be reached: newer backups and WAL that it may have are not seen here; plan"
              + " again once it can, or restore without what it alone has");
    }
    warnings.addAll(plan.warnings());
    return warnings;
  }

  /** The same with what a comparison has found. */
  PlanAnswer with(Optional<Comparison> comparison) {
    return with(existing.map(found -> found.with(comparison)), walSource, frozen, warnings);
  }

  /** The same with what was taken of WAL beside the repository. */
  PlanAnswer beside(Optional<WalSourceAnswer> source) {
    List<String> all = new ArrayList<>(warnings);
    source.ifPresent(taken -> all.addAll(taken.warnings()));
    return with(existing, source, frozen, all);
  }

  /** The same with what has to be thawed before. */
  PlanAnswer frozen(Optional<FrozenAnswer> cold) {
    return with(existing, walSource, cold, warnings);
  }

  private PlanAnswer with(
      Optional<ExistingAnswer> held,
      Optional<WalSourceAnswer> source,
      Optional<FrozenAnswer> cold,
      List<String> told) {
    return new PlanAnswer(
        cluster,
        repository,
        directory,
        backup,
        backupAgeSeconds,
        requested,
        timeline,
        action,
        lastCommit,
        lastCommitXid,
        reachedTime,
        reachedTimeInServerZone,
        serverZone,
        recordLsn,
        endLsn,
        newestCommit,
        lostMillis,
        lostCommits,
        fetchBytes,
        writeBytes,
        replayBytes,
        estimatedMillis,
        neededBytes,
        freeBytes,
        jobs,
        postgres,
        held,
        source,
        cold,
        storesAway,
        mayMissNewest,
        told);
  }

  private static String inZone(Instant time, String zone) {
    try {
      return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS xxx", Locale.ROOT)
          .withZone(ZoneId.of(zone))
          .format(time);
    } catch (DateTimeException e) {
      // PostgreSQL knows zones that Java does not; UTC stands beside it.
      return Units.exactTime(time);
    }
  }

  /** Age and loss in one line. */
  String headline() {
    String age = Units.age(Duration.ofSeconds(backupAgeSeconds));
    return "backup " + backup + ", " + age + ", and WAL up to " + endLsn + "; " + loss();
  }

  private String loss() {
    if (mayMissNewest) {
      return "what lies behind it in " + String.join(" and ", storesAway) + " is LEFT OUT";
    }
    return lostCommits == 0
        ? "nothing that is in the repository is lost"
        : Units.count(lostCommits, "commit")
            + " behind the target left out, "
            + Units.duration(Duration.ofMillis(lostMillis));
  }

  void print(Paper paper) {
    paper.line(headline());
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(new Field("target", requested + ", on timeline " + timeline));
    fields.add(new Field("at the target", action));
    fields.add(new Field("last commit", lastCommitText()));
    fields.add(new Field("UTC", reachedTime.map(Units::exactTime).orElse("unknown")));
    fields.add(new Field("server's zone", reachedTimeInServerZone + " (" + serverZone + ")"));
    fields.add(new Field("last record", recordLsn + " to " + endLsn));
    fields.add(
        new Field(
            "work",
            "fetch "
                + Units.bytes(fetchBytes)
                + ", write "
                + Units.bytes(writeBytes)
                + ", replay "
                + Units.bytes(replayBytes)
                + ": about "
                + Units.duration(Duration.ofMillis(estimatedMillis))));
    fields.add(
        new Field(
            "into",
            directory
                + ", needs "
                + Units.bytes(neededBytes)
                + " of "
                + Units.bytes(freeBytes)
                + " free"));
    walSource.ifPresent(taken -> fields.add(new Field("WAL source", taken.text())));
    frozen.ifPresent(cold -> fields.add(new Field("frozen", cold.text() + " (--thaw)")));
    existing.ifPresent(found -> fields.addAll(found.fields()));
    postgres.ifPresent(text -> fields.add(new Field("PostgreSQL", text)));
    paper.fields(fields);
    warnings.forEach(warning -> paper.item("warning: " + warning));
  }

  /** A file that is not used may hold WAL which nobody else has. */
  boolean usesAll() {
    return walSource.filter(taken -> !taken.refused().isEmpty()).isEmpty();
  }

  /** WAL of the target's own that nothing leads up to may hold the newest commits. */
  boolean leavesOut() {
    boolean used = walSource.filter(taken -> taken.ofTarget() > 0).isPresent();
    return !used
        && existing
            .flatMap(ExistingAnswer::unshipped)
            .filter(ExistingAnswer.UnshippedAnswer::behindGap)
            .isPresent();
  }

  private String lastCommitText() {
    return lastCommit
        .map(time -> Units.exactTime(time) + ", transaction " + lastCommitXid.orElse(0L))
        .orElse("none behind the backup's end");
  }
}
