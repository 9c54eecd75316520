package io.mockupaws.engine.configuration;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.mockupaws.engine.backup.ConfigurationFiles.Lack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What two configurations differ in.
 *
 * @param files those that differ, by name
 */
public record ConfigurationDiff(List<FileDiff> files) {
  private static final int CONTEXT = 3;

  public ConfigurationDiff {
    files = List.copyOf(files);
  }

  /** How a file differs. */
  public enum Change {
    CHANGED,
    ADDED,
    REMOVED,
    /** It could not be read for one of the two: nothing can be said. */
    UNKNOWN
  }

  /**
   * A file that differs.
   *
   * @param name its path, or {@link ClusterConfiguration#GLOBALS}
   * @param lines a unified diff, without secrets
   * @param note what else to know; may be empty
   */
  public record FileDiff(String name, Change change, List<String> lines, String note) {}

  /** Compares; secrets are replaced by words before anything else. */
  public static ConfigurationDiff of(ClusterConfiguration from, ClusterConfiguration to) {
    Veil veil = Veil.numbered();
    Map<String, String> before = from.texts();
    Map<String, String> after = to.texts();
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<FileDiff> files = new ArrayList<>();
    for (String name : names) {
      String old = before.getOrDefault(name, "");
      String fresh = after.getOrDefault(name, "");
      if (before.containsKey(name) && after.containsKey(name)) {
        if (!old.equals(fresh)) {
          files.add(
              file(name, Change.CHANGED, veil.over(old), veil.over(fresh), note(name, from, to)));
        }
        continue;
      }
      boolean gone = before.containsKey(name);
      String why = why(name, gone ? to : from);
      files.add(
          why.isEmpty()
              ? file(
                  name, gone ? Change.REMOVED : Change.ADDED, veil.over(old), veil.over(fresh), "")
              : new FileDiff(name, Change.UNKNOWN, List.of(), why));
    }
    return new ConfigurationDiff(files);
  }

  private static String note(String name, ClusterConfiguration from, ClusterConfiguration to) {
    boolean passwords = from.globals().passwords() && to.globals().passwords();
    return name.equals(ClusterConfiguration.GLOBALS)
            && !passwords
            && (from.globals().passwords() || to.globals().passwords())
        ? "one of the two was read without the right to passwords"
        : "";
  }

  private static String why(String name, ClusterConfiguration lacking) {
    return lacking.lacking().stream()
        .filter(lack -> lack.path().equals(name))
        .map(Lack::why)
        .findFirst()
        .orElse("");
  }

  private static FileDiff file(String name, Change change, String from, String to, String note) {
    List<String> old = lines(from);
    List<String> fresh = lines(to);
    List<String> unified =
        UnifiedDiffUtils.generateUnifiedDiff(
            change == Change.ADDED ? "/dev/null" : "a" + slashed(name),
            change == Change.REMOVED ? "/dev/null" : "b" + slashed(name),
            old,
            DiffUtils.diff(old, fresh),
            CONTEXT);
    String ends =
        unified.isEmpty() && change == Change.CHANGED ? "they differ in ends of lines alone" : note;
    return new FileDiff(name, change, unified, ends);
  }

  private static String slashed(String name) {
    return name.startsWith("/") ? name : "/" + name;
  }

  private static List<String> lines(String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.UTF_8).lines().collect(Collectors.toList());
  }
}
