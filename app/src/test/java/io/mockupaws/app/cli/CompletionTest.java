package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real bash completes our commands. */
class CompletionTest {
  @TempDir Path folder;

  /** What bash offers for the last word, which may be empty. */
  private List<String> completions(String... words) throws IOException, InterruptedException {
    Path script = folder.resolve("mockupaws");
    Files.writeString(script, new TestProgram().run("completion", "bash").out());
    String typed = "'" + String.join("' '", words) + "'";
    Process bash =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-c",
                "source "
                    + script
                    + "; COMP_WORDS=("
                    + typed
                    + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"${COMP_WORDS[*]}\";"
                    + " COMP_POINT=${#COMP_LINE}; $(complete -p mockupaws | sed -n"
                    + " 's/.*-F \\([^ ]*\\).*/\\1/p'); printf '%s\\n' \"${COMPREPLY[@]}\"")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    return said.lines().map(String::strip).toList();
  }

  @Test
  void commandsAndOptionsAreCompleted() throws IOException, InterruptedException {
    assertThat(completions("mockupaws", "res")).containsExactly("restore");
    assertThat(completions("mockupaws", "")).contains("backup", "verify", "keys", "completion");
    assertThat(completions("mockupaws", "keys", "ro")).containsExactly("rotate");
    assertThat(completions("mockupaws", "backup", "--max")).contains("--max-rate");
    assertThat(completions("mockupaws", "verify", "--depth", "")).contains("listed", "read");
  }

  @Test
  void otherShellsAreRefusedByName() {
    Result fish = new TestProgram().run("completion", "fish");
    assertThat(fish.status()).isEqualTo(2);
    assertThat(new TestProgram().run("completion", "zsh").out()).startsWith("autoload");
    assertThat(new TestProgram().run("completion", "bash", "--output", "json").status())
        .isEqualTo(2);
  }
}
