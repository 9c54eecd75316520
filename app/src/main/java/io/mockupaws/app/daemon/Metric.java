package io.mockupaws.app.daemon;

import java.util.Map;
import java.util.TreeMap;

/**
 * One value of one metric.
 *
 * @param name as Prometheus shows it; of a counter without {@code _total}
 */
public record Metric(
    Kind kind, String name, String help, Map<String, String> labels, double value) {
  public Metric {
    labels = Map.copyOf(labels);
  }

  /** What Prometheus makes of it. */
  public enum Kind {
    GAUGE,
    COUNTER
  }

  /** A value that goes up and down. */
  public static Metric gauge(String name, String help, double value, String... labels) {
    return new Metric(Kind.GAUGE, name, help, pairs(labels), value);
  }

  /** A value that only grows. */
  public static Metric counter(String name, String help, double value, String... labels) {
    return new Metric(Kind.COUNTER, name, help, pairs(labels), value);
  }

  /** A whole number that goes up and down. */
  public static Metric gauge(String name, String help, long value, String... labels) {
    return gauge(name, help, (double) value, labels);
  }

  /** A whole number that only grows. */
  public static Metric counter(String name, String help, long value, String... labels) {
    return counter(name, help, (double) value, labels);
  }

  private static Map<String, String> pairs(String... labels) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      pairs.put(labels[i], labels[i + 1]);
    }
    return pairs;
  }
}
