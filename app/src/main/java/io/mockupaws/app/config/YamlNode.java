package io.mockupaws.app.config;

import java.util.List;
import java.util.Map;

/** A part of a YAML file with the line it begins at, from 1. */
sealed interface YamlNode {
  int line();

  /** A text, number or word; numbers and words stay as they are written. */
  record Scalar(String text, int line) implements YamlNode {}

  /** A list. */
  record Sequence(List<YamlNode> items, int line) implements YamlNode {}

  /** Keys with what they hold, in the file's order. */
  record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {}

  /** Nothing was written behind a key. */
  record Empty(int line) implements YamlNode {}
}
