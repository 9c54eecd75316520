package io.mockupaws.demo.story;

import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.ledger.Workload;
import io.mockupaws.demo.postgres.FileTrees;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The first half: the server is protected while it is written to, and then lost. */
final class Protection {

  static final int WRITERS = 4;
  static final String CLUSTER = "demo";

  private static final long COMMITS_BEFORE = 3_000;
  private static final long COMMITS_AFTER = 500;

  private final Shop shop;
  private final CommandLine operator;
  private final Narrator narrator;

  Protection(Shop shop, CommandLine operator, Narrator narrator) {
    this.shop = shop;
    this.operator = operator;
    this.narrator = narrator;
  }

  void initialise(Path passwordFile) {
    narrator.step(
        "A repository, a role that may do just enough, and a replication slot are made.",
        () ->
            operator.run(
                "init",
                "--cluster",
                CLUSTER,
                "--admin-url",
                "postgresql://%s/%s?passfile=%s"
                    .formatted(shop.login(), Shop.DATABASE, passwordFile)));
  }

  CommandLine.Background stream() {
    return narrator.step(
        "From now on every change leaves the host as it is made.",
        () -> {
          CommandLine.Background stream = operator.background("stream");
          shop.awaitStream(stream::demandAlive);
          return stream;
        });
  }

  LedgerWriters write(Path ledgers, Clock clock) {
    narrator.line(
        "%d writers commit without pause, and note each commit in a ledger outside the server."
            .formatted(WRITERS));
    return LedgerWriters.start(
        Workload.of(shop.login(), Shop.DATABASE, WRITERS, Shop.ROWS, ledgers), clock);
  }

  /** Gives how long it took. */
  Duration backUp(CommandLine.Background stream, LedgerWriters writers) {
    long start = System.nanoTime();
    narrator.step("A full backup, under load.", () -> operator.run("backup"));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Shop.await(
        "the writers do not get on",
        stream::demandAlive,
        () -> writers.acknowledged() >= COMMITS_BEFORE || !writers.isWriting());
    return took;
  }

  /** Gives the last moment before it. */
  Instant mistake(CommandLine.Background stream, LedgerWriters writers) {
    return narrator.step(
        "Somebody makes a mistake.",
        () -> {
          long rows = shop.logRows();
          Instant before = shop.makeTheMistake(narrator);
          narrator.line(
              "Of %s log rows and all scenarios nothing is left; nobody notices, writing goes on."
                  .formatted(Narrator.count(rows)));
          long enough = writers.acknowledged() + COMMITS_AFTER;
          Shop.await(
              "the writers do not get on",
              stream::demandAlive,
              () -> writers.acknowledged() >= enough || !writers.isWriting());
          shop.awaitDurable(stream::demandAlive);
          return before;
        });
  }

  /** Gives the moment of it. */
  Instant crash(CommandLine.Background stream, LedgerWriters writers, Clock clock, Path spool) {
    return narrator.step(
        "The host dies: server and stream are killed, data directory and spool are gone.",
        () -> {
          Instant crash = clock.instant();
          shop.lose();
          stream.kill();
          FileTrees.delete(spool);
          writers.join();
          writers.stop();
          narrator.line(Narrator.count(writers.acknowledged()) + " commits are in the ledger.");
          return crash;
        });
  }
}
