package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manual pages, read by groff: each says what help says. */
class ManPagesTest {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  @TempDir Path folder;

  private record Rendered(String text, String complaints) {}

  private static Rendered groff(Path page) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=500n", page.toString())
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String complaints = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(complaints).isZero();
    return new Rendered(text, complaints);
  }

  private List<Path> pages() throws IOException {
    Result result = new TestProgram().run("man", folder.toString());
    assertThat(result.status()).as(result.err()).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void eachPageIsReadWithoutAComplaintAndNamesEveryOptionOfTheHelp()
      throws IOException, InterruptedException {
    List<Path> pages = pages();
    assertThat(pages)
        .extracting(page -> String.valueOf(page.getFileName()))
        .contains("mockupaws.1", "mockupaws-restore.1", "mockupaws-wal-fetch.1");
    for (Path page : pages) {
      String name = String.valueOf(page.getFileName()).replaceFirst("\\.1$", "");
      String help = new TestProgram().columns(100).run(call(name)).out();
      Rendered rendered = groff(page);
      assertThat(rendered.complaints()).as(name).isEmpty();
      assertThat(new TreeSet<>(options(rendered.text())))
          .as(name)
          .containsAll(options(help))
          .contains("--help");
      assertThat(rendered.text()).contains("NAME", "SYNOPSIS", "EXIT STATUS", "SEE ALSO");
    }
  }

  /** A command's name may have a hyphen itself. */
  private static String[] call(String page) {
    String command = page.substring(Math.min(page.length(), "mockupaws-".length()));
    String told = new TestProgram().run(command, "--help").out();
    if (!command.isEmpty() && told.contains("mockupaws " + command)) {
      return new String[] {command, "--help"};
    }
    return Stream.concat(
            Arrays.stream(command.split("-")).filter(word -> !word.isEmpty()), Stream.of("--help"))
        .toArray(String[]::new);
  }

  private static List<String> options(String text) {
    return OPTION.matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void examplesComeThroughLetterByLetter() throws IOException, InterruptedException {
    pages();
    assertThat(groff(folder.resolve("mockupaws-wal-fetch.1")).text())
        .contains("restore_command = '/opt/mockupaws/mockupaws wal fetch %f %p'");
    assertThat(groff(folder.resolve("mockupaws-wal-import.1")).text()).contains("'aws s3 cp %p'");
  }

  @Test
  void anEarlierPageIsReplacedAndAnotherFileIsNot() throws IOException {
    Path page = folder.resolve("mockupaws-restore.1");
    Files.writeString(page, "mine\n");
    Result refused = new TestProgram().run("man", folder.toString());
    assertThat(refused.status()).isEqualTo(2);
    assertThat(page).content().isEqualTo("mine\n");
    assertThat(folder.resolve("mockupaws.1")).doesNotExist();
    Files.delete(page);
    pages();
    assertThat(pages()).isNotEmpty();
  }
}
