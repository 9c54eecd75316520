package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ProgramTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> COMMANDS =
      List.of(
          "init",
          "stream",
          "backup",
          "list",
          "show",
          "status",
          "window",
          "timelines",
          "restore",
          "verify",
          "keys",
          "demo");

  @TempDir Path dir;
  private String repository = "";

  @BeforeEach
  void makeRepository() {
    repository = SampleRepository.create(dir.resolve("repository"), "shop");
  }

  private TestProgram program() {
    return new TestProgram()
        .with("BACKUP_REPOSITORY", repository)
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY);
  }

  @Test
  void listShowsBackupsWithAgeAndSize() {
    Result result = program().run("list");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(shortened(result.out()))
        .isEqualTo(
            """
            cluster shop in REPOSITORY
            backup                      age        size      stored   corrupt  proven
            20260407T020000Z-full-1a2b  12 h old   42.0 MiB  8.8 MiB  none     no
            20260407T145500Z-full-3c4d  4 min old  42.0 MiB  8.8 MiB  1        no
            """);
  }

  @Test
  void listFitsFortyColumns() {
    Result result = program().columns(40).run("list");
    assertThat(shortened(result.out()))
        .isEqualTo(
            """
            cluster shop in
            REPOSITORY
            backup   20260407T020000Z-full-1a2b
            age      12 h old
            size     42.0 MiB
            stored   8.8 MiB
            corrupt  none
            proven   no

            backup   20260407T145500Z-full-3c4d
            age      4 min old
            size     42.0 MiB
            stored   8.8 MiB
            corrupt  1
            proven   no
            """);
  }

  @Test
  void showTellsOneBackup() {
    Result result = program().run("show", SampleRepository.SECOND);
    assertThat(result.status()).isZero();
    assertThat(shortened(result.out()))
        .isEqualTo(
            """
            backup          20260407T145500Z-full-3c4d
            cluster         shop, system identifier 7000
            repository      REPOSITORY
            taken           2026-04-07 14:55:00 UTC, in 1 min, 4 min old
            from            PostgreSQL 15.18, /var/lib/postgresql/15/main, read over SQL
            WAL             0/3000028 to 0/3000100 on timeline 1 is needed
            size            1266 files, 42.0 MiB, stored as 8.8 MiB
            page checksums  on, verified
            tablespace      fast (16400), /mnt/fast
            corrupt pages   1
              base/5/16384 block 7 public.t: its checksum is wrong
            """);
    assertThat(program().run("show").out()).contains(SampleRepository.SECOND);
    assertThat(program().run("show", "latest").out()).contains(SampleRepository.SECOND);
  }

  @Test
  void windowWithoutWalSaysWhatToDo() {
    Result result = program().run("window");
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("empty: no WAL yet; run mockupaws stream");
  }

  @Test
  void timelinesAreToldThoughThereIsNoWal() {
    Result result = program().run("timelines");
    assertThat(result.status()).isZero();
    assertThat(shortened(result.out()))
        .isEqualTo(
            """
            cluster shop in REPOSITORY
            timeline 1
                nothing can be recovered
                2 backups taken on it
            """);
    JsonNode json = JSON.readTree(program().run("timelines", "--output", "json").out());
    assertThat(json.path("latest").isNull()).isTrue();
    assertThat(json.path("timelines").get(0).path("timeline").intValue()).isEqualTo(1);
  }

  @Test
  void statusWithoutServerNamesItsProblemsAndEndsWithThree() {
    Result result = program().run("status", "--output", "json");
    assertThat(result.status()).isEqualTo(3);
    JsonNode json = JSON.readTree(result.out());
    assertThat(json.path("serverReachable").booleanValue()).isFalse();
    assertThat(json.path("problems").get(0).stringValue()).startsWith("no backup can be recovered");
  }

  /** The backups of the sample have no WAL: nothing of them can be recovered. */
  @Test
  void verifyNamesWhatIsLostAndEndsWithOne() {
    Result result = program().run("verify", "--all");
    assertThat(result.status()).isEqualTo(1);
    assertThat(shortened(result.out()))
        .startsWith("cluster shop in REPOSITORY\n")
        .contains("corrupt-page clusters/shop/backups/" + SampleRepository.SECOND)
        .contains("lost: the end of the backup " + SampleRepository.FIRST)
        .endsWith("LOST: something can be recovered in no way any more\n");
    JsonNode json = JSON.readTree(program().run("verify", "--output", "json").out());
    assertThat(json.path("verdict").stringValue()).isEqualTo("lost");
    assertThat(json.path("backups").size()).isEqualTo(1);
    assertThat(json.path("backups").get(0).path("whole").booleanValue()).isFalse();
    assertThat(program().run("verify", SampleRepository.FIRST, "--all").status()).isEqualTo(2);
    assertThat(program().run("verify", "--jobs", "0").err()).contains("1 to 256");
  }

  @Test
  void jsonErrorsAreOneDocumentOnStandardOutput() {
    Result result = program().run("show", "20200101T000000Z-full-0000", "--output", "json");
    assertThat(result.status()).isEqualTo(2);
    JsonNode error = JSON.readTree(result.out()).path("error");
    assertThat(error.path("code").stringValue()).isEqualTo("MAW107");
    assertThat(error.path("name").stringValue()).isEqualTo("unknown-backup");
    assertThat(error.path("message").stringValue()).contains("20200101T000000Z-full-0000");
    assertThat(error.path("next").stringValue()).contains("mockupaws list");
    assertThat(result.err())
        .isEqualTo(
            "mockupaws: MAW107 unknown-backup: cluster shop has no backup"
                + " 20200101T000000Z-full-0000\n"
                + "  next: see which there are: mockupaws list\n");
  }

  @Test
  void mistakesOfArgumentsAndConfigurationAreShownTogether() {
    Result result =
        new TestProgram().run("restore", "--to-dir", dir.toString(), "--jobs", "0", "--port", "7");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("mockupaws: MAW101 configuration: 4 mistakes\n")
        .contains("\n  BACKUP_REPOSITORY: not set")
        .contains("\n  BACKUP_ENCRYPTION_KEY: not set")
        .contains("\n  --jobs: expected a number from 1 to 256")
        .contains("\n  --port: means nothing without --start");
    JsonNode json =
        JSON.readTree(
            new TestProgram()
                .run("restore", "--to-dir", dir.toString(), "--jobs", "0", "--output", "json")
                .out());
    assertThat(json.path("error").path("problems").size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "restore --to-dir x --before 1-0/5-1 --target-lsn 0/1",
        "restore --to-dir x --action wait",
        "restore --to-dir x --delta --force",
        "restore --in-place --delta",
        "restore --to-dir x --thaw=fast",
        "restore --to-dir x --in-place",
        "restore --to-dir x --tablespace a",
        "restore --to-database postgresql://h/d --delta",
        "restore --to-dir x --target-time now --target-lsn 0/1",
        "restore --to-dir x --target-xid 5 --target-name n",
        "backup --kind differential",
        "console",
        "list --kind hourly"
      })
  void whatDoesNotExistIsRefused(String line) {
    Result result = program().run(line.split(" ", -1));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("mockupaws: MAW100 usage: ");
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "restore | --to-dir, --in-place or --to-database: not given",
        "restore --to-dir x --to-database postgresql://h/d | one destination",
        "restore --to-dir x --replace | these are for --to-database",
        "restore --to-dir x --no-owner | these are for --to-database",
        "restore --to-dir x --disconnect | means nothing without --replace or --disposable",
        "restore --to-database postgresql://h/d --disconnect | means nothing without --replace",
        "restore --to-database postgresql://h/d --replace --disposable | keep the old one, or drop",
        "restore --to-database postgresql://h/d --start | no server is left",
        "restore --to-database postgresql://h/d --action pause | no server is left",
        "restore --to-database ${NO_SUCH_URL} | NO_SUCH_URL: not set",
        "restore --to-dir x --verify-only | restores nothing: name no destination",
        "restore d.enc --verify-only --skip backup | --skip: means nothing beside --verify-only",
        "restore d.enc --verify-only --verify-first | --verify-first: means nothing beside",
        "backup --kind logical --jobs 2 | logical goes without --jobs",
        "backup --database d | are for --kind logical",
        "backup --all-databases | are for --kind logical",
        "cleanup --max-delete many | : expected a share such as 25%, or a number",
        "cleanup --max-delete 101% | : expected a share of 0% to 100%",
        "cleanup --grace soon | : expected a time such as 20h, 3d, or 0",
        "backup --kind full --schema s | are for --kind logical",
      })
  void onlyItsOwnOptions(String line, String words) {
    Result result = program().run(line.split(" ", -1));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(words);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aMisspeltOptionIsGuessed() {
    assertThat(program().run("restore", "--to-dir", "x", "--traget-time", "now").err())
        .contains("did you mean --target-time?");
    assertThat(program().run("lst").err()).contains("did you mean list?");
  }

  @Test
  void aDoubleHourKeepsItsOwnError() {
    Result result =
        program()
            .run(
                "restore",
                "--to-dir",
                dir.resolve("x").toString(),
                "--target-time",
                "2026-10-25 02:30:00 Europe/Berlin");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("mockupaws: MAW603 target-ambiguous: ");
  }

  @ParameterizedTest
  @CsvSource({
    "--exclusive, --exclusive: means nothing without --target-time",
    "--target-time now --exclusive, --exclusive: means nothing without --target-time",
    "--target-name n --exclusive, --exclusive: a restore point changes nothing",
    "--target-xid 2, --target-xid: expected a transaction's id",
    "--target-xid 4294967296, --target-xid: expected a transaction's id",
    "--target-xid -7, --target-xid: expected a transaction's id",
    "--target-xid 0x10, --target-xid: expected a transaction's id",
    "--before e, --before: expected an event such as",
    "--before 1-0/5-0, --before: expected an event such as",
    "--before 1-0/5-1 --exclusive, --exclusive: --before leaves the event out already",
    "--before 1-0/5-1 --timeline current, --timeline: an event is looked for",
    "--target-name=, --target-name: expected a name of 1 to 63 bytes",
  })
  void targetsThatMeanNothingAreRefused(String options, String mistake) {
    String line = "restore --to-dir " + dir.resolve("x") + " " + options;
    Result result = program().run(line.split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("MAW101").contains(mistake.strip());
  }

  @Test
  void theClusterIsTheNamedOneElseTheServersElseTheOnlyOne() {
    repository = SampleRepository.create(dir.resolve("two"), "shop", "staging");
    Result ambiguous = program().run("list");
    assertThat(ambiguous.status()).isEqualTo(2);
    assertThat(ambiguous.err())
        .startsWith(
            "mockupaws: MAW106 ambiguous-cluster: the repository has several clusters: shop,"
                + " staging");
    assertThat(program().run("list", "--cluster", "staging").out()).contains("cluster staging");
    assertThat(program().run("--cluster", "staging", "list").out()).contains("cluster staging");
    assertThat(
            program().with("DATABASE_URL", "postgresql://u@h/d").reaching(7_001).run("list").out())
        .contains("cluster staging");
    Result unknown = program().run("list", "--cluster", "elsewhere");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("MAW105").contains("shop, staging");
  }

  @Test
  void wrongKeyAndMissingKeyAreToldApart() {
    Result wrong = program().with("BACKUP_ENCRYPTION_KEY", "another long passphrase").run("list");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).startsWith("mockupaws: MAW302 wrong-key: ");
    Result missing = program().with("BACKUP_ENCRYPTION_KEY", "").run("list");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).startsWith("mockupaws: MAW102 missing-setting: ");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command : COMMANDS) {
      Result help = program().run(command, "--help");
      assertThat(help.status()).isZero();
      assertThat(help.out()).contains("Examples:\n").contains("  mockupaws " + command);
    }
    Result overview = program().run("--help");
    assertThat(overview.out()).contains("Exit status:").contains("wrong use").contains("restore");
    COMMANDS.forEach(command -> assertThat(overview.out()).contains("\n  " + command));
  }

  @Test
  void helpFitsEightyAndFortyColumns() {
    for (int columns : new int[] {40, 80}) {
      for (String command : COMMANDS) {
        String help = program().columns(columns).run(command, "--help").out();
        String described = help.substring(0, help.indexOf("Examples:"));
        assertThat(described.lines())
            .allSatisfy(l -> assertThat(l).hasSizeLessThanOrEqualTo(columns));
      }
    }
  }

  @Test
  void noCommandIsWrongUse() {
    Result result = program().run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Usage: mockupaws");
  }

  @Test
  void anUnexpectedExceptionIsOurFault() {
    Result result =
        program().with("BACKUP_REPOSITORY", "file:///dev/null/x").run("list", "--debug");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("mockupaws: MAW");
  }

  @Test
  void theDemosProofIsItsStatus() {
    assertThat(program().run("demo").status()).isZero();
    assertThat(program().run("demo", "--postgres", "15").status()).isEqualTo(1);
  }

  private String shortened(String text) {
    return text.replaceAll("file://[^ \n]*", "REPOSITORY");
  }
}
