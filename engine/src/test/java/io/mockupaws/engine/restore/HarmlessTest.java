package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that are never emptied, and servers that are found. */
class HarmlessTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/etc", "/etc/postgresql", "/usr/local", "/root", "/home", "/home/x", "/var"})
  void systemAndHomes(String place) {
    refused(Harmless.here(Map.of()), Path.of(place));
  }

  @Test
  void whatHoldsSomethingPrecious() throws IOException {
    Path spool = Files.createDirectories(folder.resolve("a/spool"));
    Harmless harmless = Harmless.here(Map.of(spool, "the spool"));
    refused(harmless, folder.toRealPath().resolve("a"));
    refused(harmless, spool.toRealPath());
    allowed(harmless, Files.createDirectory(folder.resolve("b")).toRealPath());
  }

  @Test
  void aMountInsideButNotOneOfTheWal() {
    Harmless harmless =
        new Harmless(
            Map.of(), List.of(folder.resolve("a/disk"), folder.resolve("b/pg_wal"), folder));
    refused(harmless, folder.resolve("a"));
    assertThat(folder.resolve("b").toFile().mkdir()).isTrue();
    allowed(harmless, folder.resolve("b"));
  }

  @Test
  void aRepositoryAndAnotherClusterInIt() throws IOException {
    Path store = Files.createDirectories(folder.resolve("store"));
    Files.createDirectory(store.resolve("clusters"));
    Files.writeString(store.resolve("repository"), "x");
    refused(Harmless.here(Map.of()), store);
    Files.createDirectories(folder.resolve("all/15/main/global"));
    Files.writeString(folder.resolve("all/15/main/global/pg_control"), "x");
    refused(Harmless.here(Map.of()), folder.resolve("all"));
    allowed(Harmless.here(Map.of()), folder.resolve("all/15/main"));
  }

  @Test
  void aServerIsFoundByWhereItWorks() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path proc = Files.createDirectories(folder.resolve("proc"));
    RunningServers servers = new RunningServers(proc);
    assertThatCode(() -> servers.requireNone(data)).doesNotThrowAnyException();
    Files.createDirectory(proc.resolve("41"));
    Files.createSymbolicLink(
        proc.resolve("41/cwd"), Files.createDirectory(folder.resolve("other")));
    assertThatCode(() -> servers.requireNone(data)).doesNotThrowAnyException();
    Files.createDirectory(proc.resolve("42"));
    Path alias = Files.createSymbolicLink(folder.resolve("alias"), data);
    Files.createSymbolicLink(proc.resolve("42/cwd"), alias);
    running(servers, data);
    running(servers, folder.toRealPath());
  }

  @Test
  void aServerThatIsHiddenIsFoundByItsLockFileAndItsMemory() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path proc = Files.createDirectories(folder.resolve("proc/43"));
    RunningServers servers = new RunningServers(folder.resolve("proc"));
    Path lockFile = data.resolve("postmaster.pid");
    Files.writeString(lockFile, "43\n/data\n1\n5432\n/tmp\nlocalhost\n 5432001  77\nready\n");
    running(servers, data);
    Files.writeString(lockFile, "44\n/data\n1\n5432\n/tmp\nlocalhost\n 5432001  77\nready\n");
    assertThat(proc).exists();
    assertThatCode(() -> servers.requireNone(data)).doesNotThrowAnyException();
    Files.createDirectories(folder.resolve("proc/sysvipc"));
    Path table = folder.resolve("proc/sysvipc/shm");
    String head = "key shmid perms size cpid lpid nattch uid\n";
    Files.writeString(table, head + " 5432001 77 600 56 44 44 0 104\n");
    assertThatCode(() -> servers.requireNone(data)).doesNotThrowAnyException();
    Files.writeString(table, head + " 5432001 77 600 56 44 44 3 104\n");
    running(servers, data);
  }

  private static void running(RunningServers servers, Path directory) {
    assertThatThrownBy(() -> servers.requireNone(directory))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_RUNNING));
  }

  private static void refused(Harmless harmless, Path directory) {
    assertThatThrownBy(() -> harmless.require(directory))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_UNSAFE));
  }

  private static void allowed(Harmless harmless, Path directory) {
    assertThatCode(() -> harmless.require(directory)).doesNotThrowAnyException();
  }
}
