package io.mockupaws.it.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Two maps that should be equal, told apart in a few lines. */
final class Differences {

  private Differences() {}

  static List<String> between(Map<String, String> expected, Map<String, String> actual) {
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(actual.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String left = expected.getOrDefault(key, "missing");
      String right = actual.getOrDefault(key, "missing");
      if (!left.equals(right)) {
        differences.add(key + ": " + left + " is " + right);
      }
    }
    return differences;
  }
}
