package io.mockupaws.app.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a YAML file to nodes that know their lines. */
final class YamlFile {
  private final String name;
  private final Problems problems;

  private YamlFile(String name, Problems problems) {
    this.name = name;
    this.problems = problems;
  }

  /** Reads the file; empty, with a mistake noted, when it cannot be read. */
  static Optional<YamlNode> read(Path file, Problems problems) {
    String name = file.toString();
    try {
      return Optional.of(new YamlFile(name, problems).parse(Files.readString(file)));
    } catch (CharacterCodingException e) {
      problems.wrong(name, "is not UTF-8");
    } catch (IOException e) {
      problems.wrong(name, "cannot be read (" + e.getClass().getSimpleName() + ")");
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      problems.wrong(name + ":" + line, "is not YAML: " + firstLine(e));
    }
    return Optional.empty();
  }

  /** The parser's reason without the excerpt of the file below it, which may hold a secret. */
  private static String firstLine(JacksonException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
  }

  private YamlNode parse(String text) {
    try (JsonParser parser = YAMLMapper.shared().createParser(text)) {
      JsonToken first = parser.nextToken();
      return first == null ? new YamlNode.Empty(1) : node(parser, first);
    }
  }

  private YamlNode node(JsonParser parser, JsonToken token) {
    int line = parser.currentTokenLocation().getLineNr();
    return switch (token) {
      case START_OBJECT -> mapping(parser, line);
      case START_ARRAY -> sequence(parser, line);
      case VALUE_NULL -> new YamlNode.Empty(line);
      default -> scalar(parser, line);
    };
  }

  private static YamlNode scalar(JsonParser parser, int line) {
    String text = parser.getString();
    return text.isBlank() ? new YamlNode.Empty(line) : new YamlNode.Scalar(text, line);
  }

  private YamlNode mapping(JsonParser parser, int line) {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    JsonToken token = parser.nextToken();
    while (token == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      int keyLine = parser.currentTokenLocation().getLineNr();
      YamlNode value = node(parser, parser.nextToken());
      if (entries.putIfAbsent(key, value) != null) {
        problems.wrong(name + ":" + keyLine, key + " is written twice");
      }
      token = parser.nextToken();
    }
    return new YamlNode.Mapping(entries, line);
  }

  private YamlNode sequence(JsonParser parser, int line) {
    List<YamlNode> items = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      items.add(node(parser, token));
      token = parser.nextToken();
    }
    return new YamlNode.Sequence(items, line);
  }
}
