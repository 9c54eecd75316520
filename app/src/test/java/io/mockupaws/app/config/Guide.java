package io.mockupaws.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The operator's guide: a folder whose index names the chapters in their order. */
public final class Guide {
  static final Path FOLDER = Path.of("..", "docs", "guide");

  private static final Pattern CHAPTER = Pattern.compile("(?m)^[0-9]+\\. \\[[^]]+]\\(([^)]+)\\)");

  private Guide() {}

  /** The chapters' files, in the order of reading. */
  public static List<Path> chapters() throws IOException {
    return CHAPTER
        .matcher(Files.readString(FOLDER.resolve("README.md")))
        .results()
        .map(match -> FOLDER.resolve(match.group(1)))
        .toList();
  }

  /** All chapters, one behind the other. */
  public static String text() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path chapter : chapters()) {
      texts.add(Files.readString(chapter));
    }
    return String.join("\n", texts);
  }
}
