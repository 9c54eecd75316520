package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import io.mockupaws.app.config.Guide;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every command line of the guide parses, run or not, and every command has one. */
class GuideCommandsTest {
  /** An answer's words, at their places in a line of bash. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|([^\\s';&]+)");

  private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z]+) {2,}");

  private static List<String> lines(boolean inShellBlocks) throws IOException {
    List<String> lines = new ArrayList<>();
    String fence = "";
    for (String line : Guide.text().lines().toList()) {
      if (line.startsWith("```")) {
        fence = fence.isEmpty() ? line : "";
      } else if (!fence.isEmpty() && fence.equals("```sh") == inShellBlocks) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static List<String> words(String line) {
    String command = line.replaceFirst(" +#.*", "");
    return WORD.matcher(command)
        .results()
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
        .skip(1)
        .toList();
  }

  @Test
  void everyCommandLineHasOptionsThatThereAre() throws IOException {
    int checked = 0;
    for (String line : lines(true)) {
      if (line.startsWith("mockupaws ")) {
        List<String> words = new ArrayList<>(words(line));
        words.add("--help");
        Result result = new TestProgram().run(words.toArray(String[]::new));
        assertThat(result.status()).as("%s%n%s", line, result.err()).isZero();
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(30);
  }

  @Test
  void noCommandHidesInABlockThatIsNotMarkedAsOne() throws IOException {
    assertThat(lines(false))
        .noneMatch(line -> line.startsWith("mockupaws ") || line.startsWith("export "));
  }

  @Test
  void everyCommandIsInTheGuide() throws IOException {
    String guide = Guide.text();
    Set<String> commands = commands();
    commands.removeAll(Set.of("demo", "hold add", "hold remove")); // the README's; of one kind
    assertThat(commands).hasSizeGreaterThan(18);
    assertThat(commands).allSatisfy(name -> assertThat(guide).contains("mockupaws " + name));
  }

  /** Every command that does something, with its sub-commands. */
  static Set<String> commands() {
    Set<String> commands = new TreeSet<>(listed(""));
    for (String group : List.of("keys", "wal", "config", "hold")) {
      assertThat(commands.remove(group)).isTrue();
      listed(group).forEach(sub -> commands.add(group + " " + sub));
    }
    return commands;
  }

  private static List<String> listed(String command) {
    List<String> call = new ArrayList<>(command.isEmpty() ? List.of() : List.of(command));
    call.add("--help");
    String help = new TestProgram().columns(100).run(call.toArray(String[]::new)).out();
    int from = help.indexOf("Commands");
    int to = help.indexOf("\n\n", from);
    assertThat(from).as(help).isNotNegative();
    return LISTED
        .matcher(help.substring(from, to < 0 ? help.length() : to))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
