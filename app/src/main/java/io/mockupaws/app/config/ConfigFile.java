package io.mockupaws.app.config;

import io.mockupaws.engine.repository.ClusterIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code mockupaws.yaml} says: the texts of known settings with their places. */
final class ConfigFile {
  /** Where a file is looked for when neither the option nor the variable names one. */
  static final List<Path> USUAL_PLACES =
      List.of(Path.of("mockupaws.yaml"), Path.of("/etc/mockupaws/mockupaws.yaml"));

  static final String VARIABLE = "MOCKUPAWS_CONFIG";

  private static final String CLUSTERS = "clusters";
  private static final Pattern CLUSTER_NAME = Pattern.compile("^clusters/[^/]+");

  /** A text with its place. */
  record Located(String text, String where) {}

  private final Optional<Path> path;
  private final Problems problems;
  private final Map<String, List<Located>> values = new LinkedHashMap<>();
  private final Set<String> clusters = new LinkedHashSet<>();

  private ConfigFile(Optional<Path> path, Problems problems) {
    this.path = path;
    this.problems = problems;
  }

  /**
   * Finds and reads the file: the named one, else the variable's, else the first of the usual
   * places that exists, else none.
   *
   * @throws ConfigurationFailure at once when the file cannot be read: what it would have set would
   *     only be reported as missing
   */
  static ConfigFile find(Optional<Path> named, Map<String, String> environment, Problems problems) {
    Optional<Path> variable =
        Optional.ofNullable(environment.get(VARIABLE)).filter(v -> !v.isBlank()).map(Path::of);
    Optional<Path> asked = named.or(() -> variable);
    if (asked.isPresent() && !Files.isRegularFile(asked.get())) {
      problems.wrong(named.isPresent() ? "--config" : VARIABLE, "there is no file " + asked.get());
      return new ConfigFile(Optional.empty(), problems);
    }
    Optional<Path> found =
        asked.or(() -> USUAL_PLACES.stream().filter(Files::isRegularFile).findFirst());
    ConfigFile file = new ConfigFile(found, problems);
    if (found.isPresent()) {
      Optional<YamlNode> top = YamlFile.read(found.get(), problems);
      if (top.isEmpty()) {
        problems.throwIfAny();
      }
      top.ifPresent(node -> file.take("", node));
    }
    return file;
  }

  Optional<Path> path() {
    return path;
  }

  /** The clusters' names, in the file's order. */
  Set<String> clusters() {
    return new LinkedHashSet<>(clusters);
  }

  /** What stands at a path of keys, joined by slashes; empty when nothing does. */
  List<Located> at(String key) {
    return values.getOrDefault(key, List.of());
  }

  private static String below(String key, String name) {
    return key.isEmpty() ? name : key + "/" + name;
  }

  private static String shown(String key) {
    return key.replace('/', '.');
  }

  private String where(YamlNode node) {
    return path.map(file -> file + ":" + node.line()).orElse("");
  }

  private void take(String key, YamlNode node) {
    switch (node) {
      case YamlNode.Mapping mapping -> takeMapping(key, mapping);
      case YamlNode.Sequence sequence -> takeSequence(key, sequence);
      case YamlNode.Scalar scalar -> takeScalars(key, List.of(scalar), scalar);
      case YamlNode.Empty empty -> {}
    }
  }

  private void takeMapping(String key, YamlNode.Mapping mapping) {
    if (isSetting(key)) {
      problems.wrong(where(mapping), shown(key) + " holds keys, expected " + expectedAt(key));
      return;
    }
    Set<String> known = keysBelow(key);
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              if (key.equals(CLUSTERS)) {
                takeCluster(name, value);
              } else if (known.contains(name)) {
                take(below(key, name), value);
              } else {
                problems.wrong(
                    where(value),
                    "unknown key " + shown(below(key, name)) + Suggestion.didYouMean(name, known));
              }
            });
  }

  private void takeCluster(String name, YamlNode value) {
    if (!ClusterIdentity.isName(name)) {
      problems.wrong(where(value), "not a cluster's name: " + ClusterConfig.NAME_EXPECTED);
      return;
    }
    clusters.add(name);
    take(below(CLUSTERS, name), value);
  }

  private void takeSequence(String key, YamlNode.Sequence sequence) {
    if (!key.equals(Settings.STORES.path())) {
      problems.wrong(
          where(sequence),
          (key.isEmpty() ? "the file" : shown(key)) + " is a list, " + expectation(key));
      return;
    }
    List<YamlNode.Scalar> texts = new ArrayList<>();
    for (YamlNode item : sequence.items()) {
      if (item instanceof YamlNode.Scalar scalar) {
        texts.add(scalar);
      } else {
        problems.wrong(where(item), shown(key) + " holds something else than addresses");
      }
    }
    takeScalars(key, texts, sequence);
  }

  private void takeScalars(String key, List<YamlNode.Scalar> texts, YamlNode node) {
    if (isSetting(key)) {
      values.put(key, texts.stream().map(s -> new Located(s.text(), where(s))).toList());
    } else {
      problems.wrong(
          where(node),
          (key.isEmpty() ? "the file" : shown(key)) + " is a text, " + expectation(key));
    }
  }

  private static String expectation(String key) {
    return isSetting(key)
        ? "expected " + expectedAt(key)
        : "expected the keys " + String.join(", ", keysBelow(key));
  }

  private static boolean isSetting(String key) {
    return settingAt(key).isPresent();
  }

  private static String expectedAt(String key) {
    return settingAt(key).orElseThrow().kind().expected();
  }

  private static Optional<Setting<?>> settingAt(String key) {
    String general = generalized(key);
    return Settings.all().stream().filter(s -> s.path().equals(general)).findFirst();
  }

  /** The key with a cluster's name replaced by {@code *}. */
  private static String generalized(String key) {
    return CLUSTER_NAME.matcher(key).replaceFirst("clusters/*");
  }

  private static Set<String> keysBelow(String key) {
    String prefix = key.isEmpty() ? "" : generalized(key) + "/";
    return Settings.all().stream()
        .map(Setting::path)
        .filter(k -> k.startsWith(prefix))
        .map(k -> k.substring(prefix.length()).replaceFirst("/.*", ""))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
