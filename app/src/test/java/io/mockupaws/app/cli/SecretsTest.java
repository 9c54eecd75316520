package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mockupaws.app.cli.TestProgram.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No output of any command holds a secret, whatever went wrong. */
class SecretsTest {
  private static final String PASSWORD = "pass-w0rd%2Fslash";
  private static final String NEW_KEY = "AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final List<String> SECRETS =
      List.of(
          SampleRepository.KEY,
          PASSWORD,
          "pass-w0rd/slash",
          "s3-secret-value",
          "adm1n-secret",
          NEW_KEY);

  @TempDir Path dir;

  @Test
  void noOutputHoldsASecret() throws Exception {
    String repository = SampleRepository.create(dir.resolve("r"), "shop");
    Path yaml =
        Files.writeString(
            dir.resolve("bad.yaml"),
            "clusters: { prod: { url: 'postgresql://u:adm1n-secret@h/d' } }\n");
    Path file = Files.writeString(dir.resolve("000000010000000000000001"), "no WAL");
    List<List<String>> lines =
        List.of(
            List.of("cleanup"),
            List.of("cleanup", "--dry-run"),
            List.of("completion", "bash"),
            List.of("config", "diff"),
            List.of("config", "restore", "latest", "--to-dir", dir.resolve("c").toString()),
            List.of("consolidate"),
            List.of("doctor"),
            List.of("doctor", "--for", "restore", "--to-dir", dir.resolve("d").toString()),
            List.of("failover", "--drill", "--to-dir", dir.resolve("f").toString()),
            List.of("failover", "--to-dir", dir.resolve("f").toString(), "--yes"),
            List.of("history"),
            List.of("hold", "add", "latest", "--reason", "audit"),
            List.of("hold", "list"),
            List.of("hold", "remove", "latest"),
            List.of("man", "--to-dir", dir.resolve("m").toString()),
            List.of("replicate"),
            List.of("serve", "--port", "0"),
            List.of("timelines"),
            List.of("verify-data"),
            List.of("verify-data", "postgresql://a:adm1n-secret@127.0.0.1:1/d"),
            List.of("wal", "fetch", file.getFileName().toString(), dir.resolve("w").toString()),
            List.of("wal", "gaps"),
            List.of("wal", "import", dir.toString()),
            List.of("wal", "push", file.toString()),
            List.of("wal", "salvage", "--from", dir.toString()),
            List.of("backup", "--kind", "logical"),
            List.of("backup", "--kind", "config"),
            List.of("restore", "--to-database", "postgresql://a:adm1n-secret@127.0.0.1:1/d"),
            List.of("list"),
            List.of("show", "latest"),
            List.of("status"),
            List.of("window"),
            List.of("verify", "--all"),
            List.of("keys", "list"),
            List.of("keys", "rotate"),
            List.of("keys", "reveal", "0123456789abcdef"),
            List.of("init"),
            List.of("init", "--print-sql"),
            List.of("init", "--admin-url", "postgresql://a:adm1n-secret@127.0.0.1:1/d"),
            List.of("backup"),
            List.of("stream"),
            List.of("list", "--config", yaml.toString()),
            List.of("postgresql://a:adm1n-secret@h/d"),
            List.of("list", "postgresql://a:adm1n-secret@h/d"),
            List.of("restore", "--to-dir", dir.resolve("x").toString(), "--dry-run"),
            List.of("restore", "password=adm1n-secret", "--to-dir", dir.resolve("y").toString()));
    assertThat(lines).extracting(line -> String.join(" ", line)).satisfies(SecretsTest::areAll);
    for (List<String> line : lines) {
      for (String format : new String[] {"text", "json"}) {
        List<String> arguments = new ArrayList<>(line);
        arguments.addAll(List.of("--output", format, "--debug"));
        TestProgram program = program(repository);
        program.stop().ask(); // else stream would wait for its server
        Result result = program.run(arguments.toArray(String[]::new));
        SECRETS.forEach(
            secret ->
                assertThat(result.out() + result.err()).as("%s", line).doesNotContain(secret));
        assertThat(filesWithASecret(yaml)).as("%s", line).isEmpty();
      }
    }
  }

  /** What a library says may hold anything; a notice leaves the host. */
  @Test
  void noNoticeHoldsASecret() throws IOException {
    List<String> heard = new CopyOnWriteArrayList<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    try {
      TestProgram program =
          program("file:///r")
              .with(
                  "BACKUP_NOTICE_WEBHOOK",
                  "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
      program.session().restoreBegins("shop", "into postgresql://a:adm1n-secret@h/d");
      program.session().restoreBegins("shop", "the key is " + SampleRepository.KEY);
    } finally {
      receiver.stop(0);
    }
    assertThat(heard).hasSize(2).anyMatch(body -> body.contains("into postgresql://a:***@h/d"));
    SECRETS.forEach(secret -> assertThat(heard).noneMatch(body -> body.contains(secret)));
  }

  /** Of every command there is one line at least; the demo makes secrets of its own. */
  private static void areAll(List<? extends String> lines) {
    assertThat(GuideCommandsTest.commands())
        .filteredOn(command -> !command.equals("demo"))
        .allSatisfy(
            command ->
                assertThat(lines)
                    .anyMatch(line -> line.equals(command) || line.startsWith(command + " ")));
  }

  /** What commands wrote beside the repository: logs, records, spools, pages. */
  private List<Path> filesWithASecret(Path given) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.equals(given))
          .filter(file -> SECRETS.stream().anyMatch(contentOf(file)::contains))
          .toList();
    }
  }

  private static String contentOf(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it went meanwhile
    }
  }

  private TestProgram program(String repository) {
    return new TestProgram()
        .with("BACKUP_REPOSITORY", repository)
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
        .with("BACKUP_NEW_ENCRYPTION_KEY", NEW_KEY)
        .with("AWS_SECRET_ACCESS_KEY", "s3-secret-value")
        .with("BACKUP_LOG_DIR", dir.resolve("logs").toString())
        .with("BACKUP_SPOOL_DIR", dir.resolve("spool").toString())
        .with("DATABASE_URL", "postgresql://u:" + PASSWORD + "@127.0.0.1:1/shop");
  }

  @Test
  void redactionFindsWhatTheEnvironmentHolds() {
    Redaction redaction =
        Redaction.of(
            Map.of(
                "BACKUP_ENCRYPTION_KEY",
                SampleRepository.KEY,
                "STAGING_URL",
                "postgresql://u:" + PASSWORD + "@h/d"));
    assertThat(redaction.apply("a " + SampleRepository.KEY + " b")).isEqualTo("a *** b");
    assertThat(redaction.apply("said pass-w0rd/slash")).isEqualTo("said ***");
    assertThat(redaction.apply("postgresql://me:x@h/d?sslpassword=abc&a=b"))
        .isEqualTo("postgresql://me:***@h/d?sslpassword=***&a=b");
    assertThat(redaction.apply("nothing to hide: http://h:80/p"))
        .isEqualTo("nothing to hide: http://h:80/p");
  }
}
