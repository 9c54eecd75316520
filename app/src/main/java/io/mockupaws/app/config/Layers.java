package io.mockupaws.app.config;

import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the value of a setting: environment over file. Mistakes are noted, never thrown. */
final class Layers {
  private final Map<String, String> environment;
  private final ConfigFile file;
  private final Problems problems;

  Layers(Map<String, String> environment, ConfigFile file, Problems problems) {
    this.environment = environment;
    this.file = file;
    this.problems = problems;
  }

  /** A variable that is set to more than blanks. */
  Optional<ConfigFile.Located> variable(List<String> names) {
    return names.stream()
        .filter(name -> !environment.getOrDefault(name, "").isBlank())
        .map(name -> new ConfigFile.Located(environment.getOrDefault(name, ""), name))
        .findFirst();
  }

  /** The value where it is set and right. */
  <T> Optional<T> find(Setting<T> setting) {
    return variable(setting.variables())
        .or(() -> inFile(setting.path()))
        .flatMap(located -> parse(setting, located));
  }

  /** The value where it is set and right, else the setting's own. */
  <T> T get(Setting<T> setting) {
    return find(setting).orElseGet(setting::fallbackValue);
  }

  /** A cluster's value, from the file only. */
  <T> Optional<T> find(Setting<T> setting, String cluster) {
    return inFile(setting.path().replace("*", cluster)).flatMap(value -> parse(setting, value));
  }

  <T> T get(Setting<T> setting, String cluster) {
    return find(setting, cluster).orElseGet(setting::fallbackValue);
  }

  /** A text of the file with its variables replaced; empty, and noted, when one is not set. */
  private Optional<ConfigFile.Located> inFile(String key) {
    return file.at(key).stream().findFirst().flatMap(this::interpolate);
  }

  Optional<ConfigFile.Located> interpolate(ConfigFile.Located located) {
    Optional<String> unset = Interpolation.unset(located.text(), environment);
    if (unset.isPresent()) {
      problems.missing(located.where(), "the variable " + unset.get() + " is not set");
      return Optional.empty();
    }
    return Optional.of(
        new ConfigFile.Located(Interpolation.apply(located.text(), environment), located.where()));
  }

  /** The value of a text; a wrong text is noted without repeating it: it may hold a secret. */
  <T> Optional<T> parse(Setting<T> setting, ConfigFile.Located located) {
    try {
      return Optional.of(setting.kind().read(located.text()));
    } catch (Failure e) {
      problems.wrong(located.where(), e.what());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      boolean inFile = located.where().indexOf(':') >= 0;
      problems.wrong(
          located.where(),
          (inFile ? setting.key().replace("clusters.*.", "") + ": " : "")
              + "expected "
              + setting.kind().expected());
      return Optional.empty();
    }
  }
}
