package io.mockupaws.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @TempDir Path folder;

  @Test
  void aCommandThatFailsEndsItWithItsWordsAndNothingIsLeft() throws IOException {
    Set<Path> before = workplaces();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();

    int status =
        Demo.run(
            new DemoOptions(18, false, true, false, List.of(failingProgram().toString())),
            Clock.systemUTC(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(messages, true, StandardCharsets.UTF_8));

    String told = messages.toString(StandardCharsets.UTF_8);
    assertThat(status).isEqualTo(1);
    assertThat(out.size()).isZero();
    assertThat(told).contains("$ mockupaws init --cluster demo --admin-url postgresql://postgres@");
    assertThat(told).contains("ended with status 7").contains("cannot do anything");
    assertThat(workplaces()).isEqualTo(before);
  }

  /** Secrets are in the environment, in no argument. */
  @Test
  void noArgumentHoldsASecret() throws IOException {
    Path seen = folder.resolve("seen");
    Files.createFile(seen);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    Demo.run(
        new DemoOptions(18, false, true, false, List.of(recordingProgram(seen).toString())),
        Clock.systemUTC(),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8));

    List<String> lines = Files.readAllLines(seen);
    String arguments = lines.getFirst();
    String key = valueOf("BACKUP_ENCRYPTION_KEY", lines);
    String url = valueOf("DATABASE_URL", lines);
    String password = url.substring(url.indexOf(':', 13) + 1, url.indexOf('@'));
    assertThat(arguments).contains("init").doesNotContain(key).doesNotContain(password);
    assertThat(messages.toString(StandardCharsets.UTF_8)).doesNotContain(key);
    assertThat(lines.stream().map(line -> line.split("=", 2)[0]).filter(n -> n.startsWith("PG")))
        .isEmpty();
  }

  private static String valueOf(String name, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private Path failingProgram() throws IOException {
    return script("echo cannot do anything >&2; exit 7");
  }

  private Path recordingProgram(Path seen) throws IOException {
    return script("{ echo \"$@\"; env; } > " + seen + "; exit 7");
  }

  private Path script(String body) throws IOException {
    Path script =
        Files.createTempFile(
            folder,
            "program",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    return Files.writeString(script, "#!/bin/sh\n" + body + "\n");
  }

  private static Set<Path> workplaces() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().startsWith("mockupaws-demo-"))
          .collect(Collectors.toSet());
    }
  }
}
