package io.mockupaws.app.config;

import java.util.List;
import java.util.Optional;

/**
 * One setting, defined once: its place in {@code mockupaws.yaml}, the variables that override it,
 * what it may be, what it is when nobody says, and the help.
 *
 * @param key the keys down from the file's top, joined by dots; {@code *} is a cluster's name
 * @param variables of the environment, the first that is set counts
 * @param fallback the text that counts when nothing is set; empty when there is no such text
 */
record Setting<T>(
    String key, List<String> variables, Kind<T> kind, Optional<String> fallback, String help) {

  Setting {
    variables = List.copyOf(variables);
    fallback.ifPresent(kind::read);
  }

  /** The keys joined by slashes, since a cluster's name may hold dots. */
  String path() {
    return key.replace('.', '/');
  }

  /** The value when nobody says. Only for settings that have one. */
  T fallbackValue() {
    return kind.read(fallback.orElseThrow());
  }
}
