package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.retention.CleanupPlan;
import io.mockupaws.engine.retention.CleanupRun;
import io.mockupaws.engine.retention.DumpFate;
import io.mockupaws.engine.retention.Move;
import io.mockupaws.engine.retention.Moved;
import io.mockupaws.engine.retention.StillLocked;
import io.mockupaws.engine.retention.StillPaid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The answer of {@code cleanup}, done or planned. */
record CleanupAnswer(
    String cluster,
    String repository,
    boolean dryRun,
    List<Fate> backups,
    List<String> unreadable,
    List<Other> unproven,
    List<Waiting> expired,
    List<String> revived,
    List<Line> removals,
    long objects,
    long bytes,
    boolean backupRuns,
    List<String> lost,
    Locked locked,
    Optional<Paid> paid,
    List<Moving> moves,
    Optional<MovesDone> moved,
    Optional<Refusal> refusal,
    long durationMillis)
    implements Answer {

  /** Whether a backup stays, and why. */
  record Fate(String id, boolean stays, List<String> reasons, Optional<Instant> lockedUntil) {}

  /**
   * What no rule keeps and a lock does.
   *
   * @param found that were to go by the plan, and turned out to be locked
   */
  record Locked(long objects, long bytes, Optional<Instant> until, long found) {
    static Locked of(StillLocked planned, StillLocked found) {
      StillLocked all = planned.plus(found);
      return new Locked(all.objects(), all.bytes(), all.until(), found.objects());
    }
  }

  /** What lies among the dumps, and is not proven to be one of the cluster. */
  record Other(String key, String why) {}

  /** A backup that expires, or has expired and is not removed yet. */
  record Waiting(String id, Instant until, boolean now) {}

  /** Neighbouring objects that go for one reason. */
  record Line(String kind, String first, String last, long objects, long bytes, String reason) {}

  /** Objects of one store that move from one class of storage to another. */
  record Moving(String store, String from, String to, long objects, long bytes) {
    String text() {
      return Units.count(objects, "object")
          + ", "
          + Units.bytes(bytes)
          + ", from "
          + from
          + " to "
          + to
          + " in "
          + store;
    }
  }

  /** What became of them. */
  record MovesDone(long objects, List<String> failed) {}

  /** What goes although it is paid for until then. */
  record Paid(long objects, long bytes, Instant until) {
    static Optional<Paid> of(StillPaid paid) {
      return paid.objects() == 0
          ? Optional.empty()
          : Optional.of(new Paid(paid.objects(), paid.bytes(), paid.until()));
    }
  }

  /** With what the cleanup itself would refuse. */
  record Refusal(String code, String what, String next) {}

  static CleanupAnswer planned(
      ClusterRepository cluster, CleanupPlan plan, Optional<Failure> refusal, Duration took) {
    return of(
        cluster,
        new CleanupRun.Done(plan, plan.objects(), plan.bytes(), StillLocked.NONE, new Moved()),
        /* dryRun= */ true,
        Optional.empty(),
        refusal,
        took.toMillis());
  }

  static CleanupAnswer done(ClusterRepository cluster, CleanupRun.Done done, Duration took) {
    return of(
        cluster,
        done,
        /* dryRun= */ false,
        Optional.of(new MovesDone(done.moved().objects(), done.moved().failed())),
        Optional.empty(),
        took.toMillis());
  }

  private static CleanupAnswer of(
      ClusterRepository cluster,
      CleanupRun.Done done,
      boolean dryRun,
      Optional<MovesDone> moved,
      Optional<Failure> refusal,
      long millis) {
    CleanupPlan plan = done.plan();
    return new CleanupAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        dryRun,
        fates(plan),
        plan.unreadable().stream().map(id -> id.value()).toList(),
        plan.dumps().others().stream().map(one -> new Other(one.key().value(), one.why())).toList(),
        waiting(plan),
        revived(plan),
        removals(plan),
        done.objects(),
        done.bytes(),
        plan.backupRuns(),
        plan.lost(),
        Locked.of(plan.locked(), done.left()),
        Paid.of(plan.paid()),
        moves(plan),
        moved,
        refusal.map(e -> new Refusal(e.code().code(), e.what(), e.nextStep())),
        millis);
  }

  private static List<Fate> fates(CleanupPlan plan) {
    List<Fate> fates = new ArrayList<>();
    plan.backups()
        .forEach(f -> fates.add(new Fate(f.id().value(), f.stays(), f.reasons(), f.locked())));
    plan.dumps()
        .dumps()
        .forEach(f -> fates.add(new Fate(f.dump().name(), f.stays(), f.reasons(), f.locked())));
    return fates;
  }

  private static List<Waiting> waiting(CleanupPlan plan) {
    List<Waiting> waiting = new ArrayList<>();
    plan.waiting()
        .forEach(
            (id, until) ->
                waiting.add(new Waiting(id.value(), until, plan.expire().containsKey(id))));
    waiting.sort((a, b) -> a.id().compareTo(b.id()));
    for (DumpFate dump : plan.dumps().dumps()) {
      dump.until()
          .ifPresent(until -> waiting.add(new Waiting(dump.dump().name(), until, dump.expires())));
    }
    return waiting;
  }

  private static List<String> revived(CleanupPlan plan) {
    return Stream.concat(
            plan.revive().stream().map(id -> id.value()),
            plan.dumps().dumps().stream().filter(DumpFate::isBack).map(f -> f.dump().name()))
        .toList();
  }

  private static List<Line> removals(CleanupPlan plan) {
    Stream<Line> physical =
        plan.removals().stream()
            .map(
                r ->
                    new Line(
                        r.kind().word(),
                        r.first().value(),
                        r.last().value(),
                        r.objects(),
                        r.bytes(),
                        r.reason()));
    Stream<Line> dumps =
        plan.dumps().removals().stream()
            .map(
                r ->
                    new Line(
                        r.kind().word(),
                        r.key().value(),
                        r.key().value(),
                        1,
                        r.bytes(),
                        r.reason()));
    return Stream.concat(physical, dumps).toList();
  }

  private static List<Moving> moves(CleanupPlan plan) {
    Map<List<String>, Moving> byWay = new LinkedHashMap<>();
    for (Move move : plan.moves()) {
      String from = move.from().name();
      String to = move.to().name();
      byWay.merge(
          List.of(move.store(), from, to),
          new Moving(move.store(), from, to, 1, move.bytes()),
          (a, b) ->
              new Moving(a.store(), from, to, a.objects() + b.objects(), a.bytes() + b.bytes()));
    }
    return List.copyOf(byWay.values());
  }

  /** What a store refused to move stays where it is, and costs more than was planned. */
  @Override
  public boolean promisesKept() {
    return moved.filter(done -> !done.failed().isEmpty()).isEmpty();
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    paper.table(
        List.of("backup", "", "why"),
        backups.stream()
            .map(b -> List.of(b.id(), word(b), String.join("; ", b.reasons())))
            .toList());
    unreadable.forEach(
        id ->
            paper.item(
                id
                    + ": its manifest cannot be read; it stays, with all WAL and every pack that it"
                    + " may need -> mockupaws verify "
                    + id));
    unproven.forEach(
        one ->
            paper.item(
                one.key() + " stays: " + one.why() + " -> look at it; no cleanup removes it"));
    revived.forEach(id -> paper.item(id + " had expired, and is kept again"));
    removals.forEach(line -> paper.item(text(line)));
    if (backupRuns) {
      paper.item("a backup runs: packs that no manifest names were left alone");
    }
    paper.fields(
        List.of(
            new Field(
                dryRun ? "would go" : "removed",
                Units.count(objects, "object") + ", " + Units.bytes(bytes))));
    locked
        .until()
        .ifPresent(
            until ->
                paper.item(
                    Units.count(locked.objects(), "object")
                        + ", "
                        + Units.bytes(locked.bytes())
                        + ", that no rule keeps: locked, the last until "
                        + Units.time(until)));
    paid.ifPresent(
        early ->
            paper.item(
                Units.count(early.objects(), "pack")
                    + " of these, "
                    + Units.bytes(early.bytes())
                    + ", are paid for all the same, the last until "
                    + Units.time(early.until())
                    + ": the shortest time of their class of storage"));
    moves.forEach(moving -> paper.item((dryRun ? "would move " : "to move: ") + moving.text()));
    moved.ifPresent(done -> printMoved(paper, done));
    lost.forEach(
        what ->
            paper.item(
                (dryRun ? "could" : "can")
                    + " no longer be recovered"
                    + (expired.isEmpty() ? ": " : " unless what expired is brought back: ")
                    + what));
    long planned = removals.stream().mapToLong(Line::objects).sum();
    long changed = planned - objects - locked.found();
    if (changed > 0) {
      paper.item(
          Units.count(changed, "object")
              + " changed meanwhile and stayed -> run mockupaws cleanup again");
    }
    refusal.ifPresent(
        no -> paper.item("would refuse (" + no.code() + "): " + no.what() + " -> " + no.next()));
    if (dryRun) {
      paper.line("dry run: nothing was changed");
    }
  }

  private static void printMoved(Paper paper, MovesDone done) {
    if (done.objects() > 0) {
      paper.item("moved " + Units.count(done.objects(), "object") + " to a colder class");
    }
    done.failed().forEach(what -> paper.item("not moved: " + what));
  }

  private String word(Fate fate) {
    if (fate.stays()) {
      return "stays";
    }
    Stream<Waiting> waiting = expired.stream().filter(one -> one.id().equals(fate.id()));
    return waiting
        .findFirst()
        .map(
            one ->
                (one.now() ? "expires" : "has expired")
                    + ", can be brought back until "
                    + Units.time(one.until()))
        .orElse("goes");
  }

  private static String text(Line line) {
    String upTo = line.objects() == 1 ? "" : " to " + fileName(line.last());
    return line.kind()
        + " "
        + line.first()
        + upTo
        + ": "
        + Units.count(line.objects(), "object")
        + ", "
        + Units.bytes(line.bytes())
        + ": "
        + line.reason();
  }

  private static String fileName(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
