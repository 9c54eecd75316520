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

/** A real bash and a real zsh complete our commands. */
class CompletionTest {
  private static final String AT_A_TERMINAL =
      """
      zmodload zsh/zpty
      zpty -b shell "HOME=$ZDOTDIR zsh -f -i"
      zpty -w shell "PS1='' PS2=''; source $ZDOTDIR/zsh; print rea''dy"
      zpty -r -m shell said '*ready*'
      zpty -w -n shell "$1"$'\\t'
      zpty -r -m shell said "*$2*"
      """;

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

  /**
   * Typed into an interactive zsh without any configuration, at a terminal of its own, and ended
   * with the tabulator; returns when the line has become what is expected.
   */
  private void assertZshMakes(String typed, String expected)
      throws IOException, InterruptedException {
    Path script = folder.resolve("zsh");
    Files.writeString(script, new TestProgram().run("completion", "zsh").out());
    ProcessBuilder builder =
        new ProcessBuilder(
                "timeout", "120", "zsh", "-f", "-c", AT_A_TERMINAL, "zsh", typed, expected)
            .redirectErrorStream(true);
    builder.environment().put("ZDOTDIR", folder.toString());
    Process zsh = builder.start();
    String said = new String(zsh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(zsh.waitFor()).as("%s: %s", typed, said).isZero();
  }

  @Test
  void zshCompletesThemToo() throws IOException, InterruptedException {
    assertZshMakes("mockupaws res", "mockupaws restore");
    assertZshMakes("mockupaws keys ro", "mockupaws keys rotate");
    assertZshMakes("mockupaws backup --max-ra", "mockupaws backup --max-rate");
  }

  @Test
  void otherShellsAreRefusedByName() {
    Result fish = new TestProgram().run("completion", "fish");
    assertThat(fish.status()).isEqualTo(2);
    assertThat(new TestProgram().run("completion", "bash", "--output", "json").status())
        .isEqualTo(2);
  }
}
