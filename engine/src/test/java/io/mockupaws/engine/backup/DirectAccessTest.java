package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of this host is read only where it is proven to be the server's own. */
class DirectAccessTest {
  private static final String RUNNING = "4711\n/data\n1764230400\n5432\n\nlocalhost\n 1 2\nready\n";

  @TempDir Path folder;

  private final FakeFiles server = new FakeFiles();
  private Path data;

  @BeforeEach
  void makeTheServersDirectory() throws IOException {
    data = Files.createDirectories(folder.resolve("data"));
    Files.createDirectory(data.resolve("global"));
    Files.writeString(data.resolve("global/pg_control"), "control");
    Files.writeString(data.resolve("postmaster.pid"), RUNNING);
    tells(RUNNING);
  }

  private void tells(String pidFile) {
    server.files.put("postmaster.pid", pidFile.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<String> obstacle() {
    return DirectAccess.obstacle(facts(data), server);
  }

  private static ServerFacts facts(Path directory) {
    return new ServerFacts(
        170006,
        1L,
        new Timeline(1),
        1 << 24,
        8192,
        131_072,
        202406281,
        directory.toString(),
        0700,
        true,
        false,
        "UTF8",
        "UTC",
        Instant.EPOCH,
        Map.of(),
        List.of());
  }

  @Test
  void itsOwnDirectoryIsReadDirectly() {
    assertThat(obstacle()).isEmpty();
  }

  /** A standby on the same host, or a container with the same paths: all else may be equal. */
  @Test
  void anotherServersDirectoryIsNot() throws IOException {
    for (String other :
        List.of(
            RUNNING.replace("4711", "4712"),
            RUNNING.replace("1764230400", "1764230401"),
            RUNNING.replace("5432", "5433"),
            RUNNING.replace("ready", "standby"),
            RUNNING + " ",
            RUNNING.substring(0, RUNNING.length() - 1))) {
      tells(other);
      assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("another server"));
    }
    tells(RUNNING);
    Files.writeString(data.resolve("postmaster.pid"), "");
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("another server"));
  }

  @Test
  void aServerThatShowsNoProcessIsReadOverSql() {
    server.files.clear();
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("postmaster.pid"));
    tells("");
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("postmaster.pid"));
  }

  @Test
  void aDirectoryOfAnotherHostIsReadOverSql() throws IOException {
    assertThat(DirectAccess.obstacle(facts(folder.resolve("elsewhere")), server))
        .hasValueSatisfying(why -> assertThat(why).contains("not readable on this host"));
    Files.delete(data.resolve("postmaster.pid"));
    assertThat(obstacle())
        .hasValueSatisfying(why -> assertThat(why).contains("not readable on this host"));
  }

  /** Where its files are closed to this user, or are not there. */
  @Test
  void whatCannotBeReadIsReadOverSql() throws IOException {
    Files.delete(data.resolve("global/pg_control"));
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("not readable"));
    Files.writeString(data.resolve("global/1262"), "a relation");
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("not readable"));
    Files.delete(data.resolve("global/1262"));
    Files.delete(data.resolve("global"));
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("not readable"));
  }
}
