package io.mockupaws.demo.story;

import io.mockupaws.demo.ledger.Ledger;
import io.mockupaws.demo.ledger.LedgerWriters;
import io.mockupaws.demo.postgres.ServerLogin;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * The whole main job in one command: a PostgreSQL under load is protected, loses its data by a
 * mistake and then its host, and comes back as it was just before the mistake, which is proved row
 * by row. Everything is done by the real command line in processes of its own.
 */
public final class Demo {

  private static final String ROLE = "mockupaws";
  private static final String TEMPORARY = "-Djava.io.tmpdir=";

  private final DemoOptions options;
  private final Clock clock;
  private final Narrator narrator;
  private final Workplace workplace;

  private Demo(DemoOptions options, Clock clock, Narrator narrator, Workplace workplace) {
    this.options = options;
    this.clock = clock;
    this.narrator = narrator;
    this.workplace = workplace;
  }

  /**
   * Tells the story on {@code out}; with JSON asked for, the story goes to {@code messages} and
   * only the result to {@code out}. The clock must be the host's.
   *
   * @return the exit status: 0 when all is proved, 1 otherwise
   */
  public static int run(DemoOptions options, Clock clock, PrintStream out, PrintStream messages) {
    Narrator narrator = new Narrator(options.json() ? messages : out);
    try (Workplace workplace = Workplace.create()) {
      DemoResult result = new Demo(options, clock, narrator, workplace).tell();
      if (options.json()) {
        out.println(new ObjectMapper().writeValueAsString(result.fields()));
      }
      return result.proven() ? 0 : 1;
    } catch (DemoFailure e) {
      messages.println("The demo failed: " + e.getMessage());
      return 1;
    }
  }

  private DemoResult tell() {
    Instant begin = clock.instant();
    narrator.plain("mockupAWS demo: a server is lost after a mistake, and comes back without it.");
    Shop shop = open();
    Place place = options.s3() ? Place.bucket(workplace) : Place.directory(workplace);
    String key = random();
    Path spool = workplace.privateFolder("spool");
    Path ledgers = workplace.privateFolder("ledger");

    Protection protection =
        new Protection(shop, commandLine("operator", operator(shop, place, key, spool)), narrator);
    protection.initialise(passwordFile(shop));
    CommandLine.Background stream = protection.stream();
    LedgerWriters writers = protection.write(ledgers, clock);
    Duration backup = protection.backUp(stream, writers);
    ScenarioHashes before = ScenarioHashes.of(shop.login(), Shop.DATABASE);
    long databaseBytes = shop.bytes();
    Instant target = protection.mistake(stream, writers);
    Instant crash = protection.crash(stream, writers, clock, spool);

    Recovery recovery =
        new Recovery(commandLine("newcomer", newcomer(shop, place, key)), workplace, narrator);
    Instant lastCommit = recovery.lastCommit();
    Recovery.Recovered recovered = recovery.restore(target);
    ServerLogin login = shop.login().at(recovered.port());
    Ledger ledger = Ledger.read(ledgers, Protection.WRITERS, Shop.ROWS, Shop.PRELOADED);
    Recovery.Evidence evidence = recovery.prove(login, ledger, before, target);
    Instant end = ledger.lastAcknowledged().filter(crash::isBefore).orElse(crash);

    DemoResult result =
        new DemoResult(
            options.postgres(),
            options.s3() ? "s3" : "directory",
            target,
            evidence.logs().rowsExpected() + before.size(),
            evidence.logs().rowsLost() + evidence.scenariosLost(),
            evidence.logs().rowsBeyondTarget() + evidence.scenariosForeign(),
            evidence.logs().inFlight(),
            evidence.logs().outOfOrder(),
            lastCommit.isBefore(end) ? Duration.between(lastCommit, end) : Duration.ZERO,
            recovered.took(),
            backup,
            databaseBytes,
            place.bytes("/packs/") + place.bytes("/backups/"),
            place.bytes(""),
            evidence.logs().examples());
    conclude(result, login, Duration.between(begin, clock.instant()));
    return result;
  }

  private Shop open() {
    return narrator.step(
        "A PostgreSQL %d starts, with scenarios (%s rows) and scenario_logs (%s rows)."
            .formatted(
                options.postgres(),
                Narrator.count(Shop.ROWS.scenarios()),
                Narrator.count(Shop.PRELOADED)),
        () -> {
          Shop shop = Shop.open(options.postgres(), workplace, clock);
          narrator.line("PostgreSQL " + shop.version() + " at " + shop.login());
          return shop;
        });
  }

  private void conclude(DemoResult result, ServerLogin login, Duration took) {
    narrator.plain("\n" + result.table() + "\n");
    narrator.plain(
        result.proven()
            ? "Proved: everything committed before the mistake is there, and nothing after. (%s)"
                .formatted(Narrator.seconds(took))
            : "NOT proved: the recovered server differs from the ledger.");
    if (options.keep()) {
      workplace.keep();
      narrator.plain(
          "The recovered server stays at " + login + ", all files in " + workplace.folder());
      narrator.plain("its password in " + workplace.folder().resolve("pgpass"));
    }
  }

  /** What the operator of the live server has set. */
  private Map<String, String> operator(Shop shop, Place place, String key, Path spool) {
    Map<String, String> environment = newcomer(shop, place, key);
    environment.put("DATABASE_URL", shop.login().as(ROLE, random()).url(Shop.DATABASE));
    environment.put("BACKUP_SPOOL_DIR", spool.toString());
    environment.put("BACKUP_HISTORY_URL", "none");
    return environment;
  }

  /** All that is left after the host is lost: address, key, and a host with PostgreSQL on it. */
  private Map<String, String> newcomer(Shop shop, Place place, String key) {
    Map<String, String> environment = new LinkedHashMap<>(place.environment(key));
    environment.put("PATH", shop.binaries() + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    return environment;
  }

  /** Processes with an empty home, whose temporary files go with the workplace. */
  private CommandLine commandLine(String who, Map<String, String> environment) {
    Path home = workplace.privateFolder(who);
    environment.put("HOME", home.toString());
    environment.put("BACKUP_LOG_DIR", home.toString());
    environment.put("TMPDIR", home.toString());
    List<String> program = new ArrayList<>(options.program());
    program.removeIf(word -> word.startsWith(TEMPORARY));
    program.add(1, TEMPORARY + home);
    return new CommandLine(program, environment, home, workplace, narrator);
  }

  /** The superuser's password where libpq looks for it, so that it is in no argument list. */
  private Path passwordFile(Shop shop) {
    ServerLogin login = shop.login();
    Path file = workplace.folder().resolve("pgpass");
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, "*:*:*:%s:%s%n".formatted(login.user(), login.password()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
