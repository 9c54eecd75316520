package io.mockupaws.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The operator's guide names every setting with its variables and its default. */
class GuideTest {
  @Test
  void namesEverySetting() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "GUIDE.md"));
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
}
