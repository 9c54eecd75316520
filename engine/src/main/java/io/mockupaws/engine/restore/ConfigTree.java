package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The source's configuration files, once they lie in the target: the main file and what it
 * includes. Settling them turns includes into paths inside the target and sets aside what would
 * lead the server elsewhere. A {@code data_directory} above all: PostgreSQL lets it win over {@code
 * -D} ({@code SelectConfigFiles}, {@code src/backend/utils/misc/guc.c}), and Debian's file names
 * the live one.
 */
final class ConfigTree {
  /** PostgreSQL's own limit ({@code CONF_FILE_MAX_DEPTH}). */
  private static final int MAX_DEPTH = 10;

  /**
   * Settings that name places outside the target; PostgreSQL finds all of them by itself inside.
   */
  private static final Set<String> PLACES =
      Set.of("data_directory", "config_file", "hba_file", "ident_file", "external_pid_file");

  private final Path target;
  private final SourcePaths paths;
  private final Owner owner;
  private final Map<Path, ConfigText> originals = new HashMap<>();
  private final Map<String, byte[]> changed = new LinkedHashMap<>();
  private final Map<String, String> effective = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  private ConfigTree(Path target, SourcePaths paths, Owner owner) {
    this.target = target;
    this.paths = paths;
    this.owner = owner;
  }

  /**
   * What came of it.
   *
   * @param effective the settings of the files, the last one of each name, without the file of
   *     {@code ALTER SYSTEM}
   * @param changed files whose content is another now, relative to the target
   * @param notes what was set aside, for the operator
   */
  record Settled(Map<String, String> effective, Map<String, byte[]> changed, List<String> notes) {
    Settled {
      effective = Map.copyOf(effective);
      changed = Map.copyOf(changed);
      notes = List.copyOf(notes);
    }
  }

  /** Settles the files in the target; a file that needs no change is left alone. */
  static Settled settle(Path target, SourcePaths paths, Owner owner) {
    ConfigTree tree = new ConfigTree(target, paths, owner);
    tree.visit(paths.mainFile(), 0);
    tree.changed.forEach(tree::write);
    return new Settled(tree.effective, tree.changed, tree.notes);
  }

  private void write(String relative, byte[] content) {
    Path file = target.resolve(relative);
    int mode = LocalFiles.attempt("reading", file, () -> LocalFiles.mode(file));
    LocalFiles.write(file, content, mode, owner);
  }

  /** Settles one file; false when it is not in the target. */
  private boolean visit(Path onSource, int depth) {
    String relative = paths.ofExternal(onSource.toString());
    Optional<byte[]> content = LocalFiles.read(target.resolve(relative));
    if (content.isEmpty() || depth > MAX_DEPTH) {
      return false;
    }
    ConfigText original = originals.computeIfAbsent(onSource, _ -> ConfigText.parse(content.get()));
    List<ConfigLine> lines = new ArrayList<>();
    for (ConfigLine line : original.lines()) {
      lines.add(line.setting().map(s -> settled(line, s, onSource, depth)).orElse(line));
    }
    if (!lines.equals(original.lines())) {
      changed.put(relative, new ConfigText(lines).bytes());
    }
    return true;
  }

  private ConfigLine settled(
      ConfigLine line, ConfigLine.Setting setting, Path onSource, int depth) {
    return switch (setting.name()) {
      case "include", "include_if_exists" -> includedFile(line, setting, onSource, depth);
      case "include_dir" -> includedDirectory(line, setting, onSource, depth);
      // a switch on the open set of setting names needs this branch
      default -> plain(line, setting);
    };
  }

  private ConfigLine plain(ConfigLine line, ConfigLine.Setting setting) {
    if (PLACES.contains(setting.name())) {
      return line.setAside("it names a place of the source");
    }
    if (setting.name().startsWith("recovery_target") && !setting.value().isEmpty()) {
      notes.add("set aside " + setting.name() + " of the source's configuration");
      return line.setAside("this recovery has its own target");
    }
    effective.put(setting.name(), setting.value());
    return line;
  }

  private ConfigLine includedFile(
      ConfigLine line, ConfigLine.Setting setting, Path onSource, int depth) {
    Path included = LocalFiles.parent(onSource).resolve(setting.value()).normalize();
    if (!visit(included, depth + 1)) {
      return missing(line, setting, included);
    }
    return pointed(line, setting, onSource, included);
  }

  private ConfigLine includedDirectory(
      ConfigLine line, ConfigLine.Setting setting, Path onSource, int depth) {
    Path included = LocalFiles.parent(onSource).resolve(setting.value()).normalize();
    Path place = target.resolve(paths.ofExternal(included.toString()));
    if (!Files.isDirectory(place)) {
      if (Path.of(setting.value()).isAbsolute()) {
        return missing(line, setting, included);
      }
      // an empty directory is no file of a backup, yet PostgreSQL does not start without it
      LocalFiles.attempt("making", place, () -> LocalFiles.makeDirectories(target, place, owner));
    }
    for (String name : LocalFiles.attempt("listing", place, () -> included(place))) {
      visit(included.resolve(name), depth + 1);
    }
    return pointed(line, setting, onSource, included);
  }

  /** As {@code GetConfFilesInDir} of PostgreSQL: {@code *.conf} but hidden ones, by name. */
  private static List<String> included(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> !Files.isDirectory(entry))
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.endsWith(".conf") && !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private ConfigLine missing(ConfigLine line, ConfigLine.Setting setting, Path included) {
    if (!setting.is("include_if_exists")) {
      notes.add("set aside an include of " + included + ", which is not in the backup");
    }
    return line.setAside("it is not in the backup");
  }

  /**
   * The directive with a path that leads to the same file in the target, wherever that is moved.
   */
  private ConfigLine pointed(
      ConfigLine line, ConfigLine.Setting setting, Path onSource, Path included) {
    Path here = target.resolve(paths.ofExternal(onSource.toString()));
    Path there = target.resolve(paths.ofExternal(included.toString()));
    String relative = LocalFiles.parent(here).relativize(there).toString();
    return relative.equals(setting.value()) ? line : ConfigLine.of(setting.name(), relative);
  }
}
