package io.mockupaws.it.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Damage of each kind, made in a server's files and catalogue, is found; a sound one is proven. */
class ProofIT {
  @TempDir Path checks;

  private static final List<String> SOUND =
      List.of(
          "CREATE EXTENSION amcheck",
          "CREATE TABLE parent (a int, b text, PRIMARY KEY (a, b))",
          "INSERT INTO parent SELECT n, 'b' || n FROM generate_series(1, 2000) n",
          "CREATE TABLE child (id int PRIMARY KEY, a int, b text, price numeric CHECK (price > 0),"
              + " FOREIGN KEY (a, b) REFERENCES parent)",
          "INSERT INTO child SELECT n, n, 'b' || n, n FROM generate_series(1, 2000) n",
          "INSERT INTO child VALUES (3000, NULL, 'none', 1)",
          "CREATE TABLE parted (id int REFERENCES child) PARTITION BY RANGE (id)",
          "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9999)",
          "INSERT INTO parted SELECT n FROM generate_series(1, 100) n",
          "CHECKPOINT");

  @EveryVersion
  void whatIsSoundIsProvenAndEachKindOfDamageIsFound(int major) throws IOException {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start();
        Program program = Program.as(HostUser.current(), server.binaries().folder())) {
      program.with("DATABASE_URL", server.url("postgres"));
      server.run(SOUND.toArray(String[]::new));
      Files.writeString(checks.resolve("a.sql"), "SELECT count(*) = 2001 FROM child");
      Files.writeString(checks.resolve("b.sql"), "SELECT id FROM child WHERE price < 0");
      Outcome sound = program.run("verify-data", "--checks", checks.toString());
      assertThat(sound.status()).as(sound.told()).isZero();
      assertThat(sound.json().at("/verdict").asString()).isEqualTo("proven");
      assertThat(sound.json().at("/looked").findValuesAsString("kind"))
          .containsExactlyInAnyOrder("checksums", "table", "index", "constraint", "check");

      server.run(
          "SET session_replication_role TO replica",
          "UPDATE child SET b = 'nowhere' WHERE id = 7",
          "ALTER TABLE child ADD CONSTRAINT later CHECK (id < 2500) NOT VALID");
      Outcome orphan = program.run("verify-data", "--checks", checks.toString());
      assertThat(orphan.status()).as(orphan.told()).isEqualTo(1);
      assertThat(damaged(orphan)).containsExactly("child_a_b_fkey on public.child");
      assertThat(orphan.json().at("/findings").findValuesAsString("subject"))
          .contains("later on public.child");
      server.run("UPDATE child SET b = 'b7' WHERE id = 7");

      Files.writeString(checks.resolve("b.sql"), "SELECT id, 'odd' FROM child WHERE id = 5");
      Outcome asked = program.run("verify-data", "--checks", checks.toString());
      assertThat(damaged(asked)).containsExactly("b.sql");
      assertThat(asked.out()).contains("5, odd");
      Files.delete(checks.resolve("b.sql"));

      // without the right to anything, nothing is proven and nothing called damaged
      server.createRole("few", "few", "");
      program.with("DATABASE_URL", server.login().as("few", "few").url("postgres"));
      Outcome few = program.run("verify-data");
      assertThat(few.status()).as(few.told()).isEqualTo(3);
      program.with("DATABASE_URL", server.url("postgres"));

      Path file = file(server, "child");
      server.stop();
      overwrite(file, 2 * 8192 + 4000);
      server.start();
      Outcome page = program.run("verify-data");
      assertThat(page.status()).as(page.told()).isEqualTo(1);
      assertThat(damaged(page)).contains("public.child");
    }
  }

  private static List<String> damaged(Outcome outcome) {
    return outcome
        .json()
        .at("/findings")
        .valueStream()
        .filter(one -> one.at("/state").asString().equals("damaged"))
        .map(one -> one.at("/subject").asString())
        .toList();
  }

  private static Path file(EmbeddedPostgres server, String table) {
    try (Sql sql = server.sql("postgres")) {
      return server
          .dataDirectory()
          .resolve(sql.value("SELECT pg_relation_filepath('" + table + "')"));
    }
  }

  private static void overwrite(Path file, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), at);
    }
  }
}
