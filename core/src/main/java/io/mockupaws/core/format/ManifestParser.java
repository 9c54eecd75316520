package io.mockupaws.core.format;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a manifest's lines as they come, without keeping them. */
public final class ManifestParser {
  private final ObjectKey key;
  private final BufferedReader lines;
  private long packs;
  private long directories;
  private long files;

  /**
   * A parser.
   *
   * @param key for messages
   * @param in the manifest's content; closed by the caller
   */
  public ManifestParser(ObjectKey key, InputStream in) {
    this.key = key;
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** The first line. */
  public ManifestHead head() {
    JsonNode node = next();
    String sort = sort(node);
    if (!sort.equals(ManifestLines.HEAD)) {
      throw FrameReader.damaged(key, "it does not begin with its head");
    }
    int format = node.path("format").asInt(0);
    if (format != ManifestLines.FORMAT) {
      throw new Failure(
          ErrorCode.UNKNOWN_FORMAT,
          "the manifest " + key + " has format " + format,
          "use a release of mockupaws that knows this format");
    }
    try {
      return ManifestLines.head(node);
    } catch (JacksonException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "its head cannot be read");
    }
  }

  /**
   * The packs alone, which stand behind the head and before everything else. What was read is
   * authentic; whether the rest is there is not looked at.
   */
  public void packs(Consumer<PackTable> taker) {
    for (JsonNode node = next(); sort(node).equals(ManifestLines.PACK); node = next()) {
      packs++;
      taker.accept(decode(node, ManifestLines::pack));
    }
  }

  /** All that follows the head. Fails unless the end line is there and its counts are right. */
  public void rest(ManifestVisitor visitor) {
    while (true) {
      String line = line();
      if (FileLine.isOne(line)) {
        files++;
        visitor.file(decode(line, FileLine::read));
        continue;
      }
      JsonNode node = parse(line);
      switch (sort(node)) {
        case ManifestLines.PACK -> visitor.pack((int) packs++, decode(node, ManifestLines::pack));
        case ManifestLines.DIRECTORY -> {
          directories++;
          visitor.directory(decode(node, ManifestLines::directory));
        }
        case ManifestLines.FILE -> {
          files++;
          visitor.file(decode(node, ManifestLines::file));
        }
        case ManifestLines.END -> {
          checkCounts(node);
          return;
        }
        default -> throw FrameReader.damaged(key, "a line of an unknown sort");
      }
    }
  }

  private <S, T> T decode(S source, Function<S, T> decoder) {
    try {
      return decoder.apply(source);
    } catch (JacksonException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "a line cannot be read: " + e.getMessage());
    }
  }

  private void checkCounts(JsonNode end) {
    if (end.path("packs").asLong(-1) != packs
        || end.path("dirs").asLong(-1) != directories
        || end.path("files").asLong(-1) != files) {
      throw FrameReader.damaged(key, "its counts do not add up");
    }
  }

  private JsonNode next() {
    return parse(line());
  }

  private String line() {
    try {
      String line = lines.readLine();
      if (line == null) {
        throw FrameReader.damaged(key, "it ends without its end line");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode parse(String line) {
    try {
      return ManifestLines.parse(line);
    } catch (JacksonException e) {
      throw FrameReader.damaged(key, "a line is no JSON");
    }
  }

  private static String sort(JsonNode node) {
    return node.path("t").asString("");
  }
}
