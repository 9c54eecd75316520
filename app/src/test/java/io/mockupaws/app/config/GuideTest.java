package io.mockupaws.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator's guide names every setting with its variables and its default, and leads on. */
class GuideTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s:#]*)(?:#([^)]*))?\\)");

  @Test
  void namesEverySetting() throws IOException {
    String guide = Guide.text();
    for (Setting<?> setting : Settings.all()) {
      String row =
          guide
              .lines()
              .filter(line -> line.startsWith("| `" + setting.key() + "` |"))
              .findFirst()
              .orElse("");
      assertThat(row).as(setting.key()).isNotEmpty();
      setting.fallback().ifPresent(text -> assertThat(row).contains("`" + text + "`"));
      setting.variables().forEach(name -> assertThat(row).contains("`" + name + "`"));
    }
  }

  @Test
  void theIndexNamesEveryChapterOnce() throws IOException {
    try (Stream<Path> files = Files.list(Guide.FOLDER)) {
      assertThat(Guide.chapters())
          .containsExactlyInAnyOrderElementsOf(
              files.filter(file -> !file.endsWith("README.md")).toList());
    }
  }

  @Test
  void everyLinkOfTheDocumentsLeadsSomewhere() throws IOException {
    int followed = 0;
    for (Path document : documents()) {
      for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
        Path to =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        assertThat(to).as("%s in %s", link.group(), document).exists();
        if (link.group(2) != null) {
          assertThat(anchors(to)).as("%s in %s", link.group(), document).contains(link.group(2));
        }
        followed++;
      }
    }
    assertThat(followed).isGreaterThan(20);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  /** What the headings of a file are called in a link, as GitHub makes it. */
  private static List<String> anchors(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}0-9 _-]", "").replace(' ', '-'))
        .toList();
  }
}
