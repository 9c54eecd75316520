package io.mockupaws.it.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.HostUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on hosts whose default Java is too old. */
class LauncherIT {
  @TempDir Path folder;

  private Path old;

  /** A Java 17 that must not be started. */
  @BeforeEach
  void installAnOldJava() throws IOException {
    old = Files.createDirectories(folder.resolve("jdk-17"));
    Path java = Files.createDirectory(old.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho started by the wrong Java\nexit 99\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.13\"\n");
  }

  private Map<String, String> environment() {
    return Map.of("JAVA_HOME", old.toString(), "PATH", old.resolve("bin") + ":/usr/bin:/bin");
  }

  @Test
  void theNewerOneIsPicked() throws IOException {
    try (Launcher launcher = new Launcher(HostUser.current(), Map.of())) {
      Launcher.Ended ended = launcher.run(environment(), "--version");
      assertThat(ended.status()).as(ended.said()).isZero();
      assertThat(ended.said()).contains("mockup").doesNotContain("wrong Java");
    }
  }

  /** In Java's own words; the cache is of this very program, and made anew for another one. */
  @Test
  void itStartsFromItsCache() throws IOException {
    try (Launcher launcher = new Launcher(HostUser.current(), Map.of())) {
      Path cache = launcher.folder().resolve("app/target/mockupaws.aot");
      FileTime made = Files.getLastModifiedTime(cache);
      Map<String, String> told = Map.of("MOCKUPAWS_JAVA_OPTS", "-Xlog:aot=info:stdout");
      Launcher.Ended started = launcher.run(told, "--version");
      assertThat(started.status()).as(started.said()).isZero();
      assertThat(started.said())
          .contains("Opened AOT cache " + cache, "Using AOT-linked classes: true");
      assertThat(Files.getLastModifiedTime(cache)).isEqualTo(made);
      Files.setLastModifiedTime(
          launcher.folder().resolve("app/target/app.jar"),
          FileTime.from(made.toInstant().plusSeconds(1)));
      assertThat(launcher.run("--version").status()).isZero();
      assertThat(Files.getLastModifiedTime(cache)).isNotEqualTo(made);
    }
  }

  /** 3 would say that it is done: a backup that died is not. */
  @Test
  void outOfMemoryItHasFailed() throws IOException {
    try (Launcher launcher = new Launcher(HostUser.current(), Map.of())) {
      Launcher.Ended ended = launcher.run(Map.of("MOCKUPAWS_JAVA_OPTS", "-Xmx6m"), "list");
      assertThat(ended.said()).contains("OutOfMemoryError");
      assertThat(ended.status()).isEqualTo(1);
    }
  }

  /** Keys would lie in them. In Java's own words, of the options that the launcher gives it. */
  @Test
  void whatDiesLeavesNoMemoryBehind() throws IOException {
    try (Launcher launcher = new Launcher(HostUser.current(), Map.of())) {
      Launcher.Ended told =
          launcher.run(Map.of("MOCKUPAWS_JAVA_OPTS", "-XX:+PrintFlagsFinal"), "--version");
      assertThat(told.said())
          .containsPattern("HeapDumpOnOutOfMemoryError +:?= false ")
          .containsPattern("CreateCoredumpOnCrash +:?= false ")
          .containsPattern("ErrorFile +:?= /dev/null ");
    }
  }

  /** The places where it looks are hidden from this one process. */
  @Test
  void whereThereIsNoneItSaysWhatToInstall() throws IOException {
    try (Launcher launcher = new Launcher(HostUser.current(), Map.of())) {
      Launcher.Ended ended = launcher.runWithout(Path.of("/usr/lib/jvm"), environment(), "list");
      assertThat(ended.status()).as(ended.said()).isEqualTo(1);
      assertThat(ended.said())
          .contains("no Java 25", "next: install a JDK 25", "temurin-25-jdk")
          .doesNotContain("wrong Java");
    }
  }
}
