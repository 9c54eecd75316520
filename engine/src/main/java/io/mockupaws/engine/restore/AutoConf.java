package io.mockupaws.engine.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code postgresql.auto.conf} of a restored directory: what {@code ALTER SYSTEM} left on the
 * source, then ours. PostgreSQL reads it after all other files, so it wins over them.
 */
final class AutoConf {
  private static final String RECOVERY_BEGIN =
      "# mockupaws: for this recovery only; removed when it has ended";
  private static final String RECOVERY_END = "# mockupaws: end of the settings for this recovery";
  private static final String LASTING = "# mockupaws: of the restored copy";

  private AutoConf() {}

  /**
   * The file with our settings.
   *
   * @param source the source's file
   * @param lasting settings that stay; the source's line of the same name goes
   * @param recovery settings that {@link #withoutRecovery} takes out again; a line of the source of
   *     the same name stays and comes back into force then, but for a recovery target
   */
  static ConfigText with(
      ConfigText source, Map<String, String> lasting, Map<String, String> recovery) {
    List<ConfigLine> lines = new ArrayList<>();
    for (ConfigLine line : withoutBlock(source).lines()) {
      boolean goes =
          line.text().equals(LASTING)
              || line.setting()
                  .filter(
                      s -> lasting.containsKey(s.name()) || s.name().startsWith("recovery_target"))
                  .isPresent();
      if (!goes) {
        lines.add(line);
      }
    }
    lines.add(ConfigLine.parse(LASTING));
    lasting.forEach((name, value) -> lines.add(ConfigLine.of(name, value)));
    lines.add(ConfigLine.parse(RECOVERY_BEGIN));
    recovery.forEach((name, value) -> lines.add(ConfigLine.of(name, value)));
    lines.add(ConfigLine.parse(RECOVERY_END));
    return new ConfigText(lines);
  }

  /**
   * The file once recovery has ended. Where {@code ALTER SYSTEM} has rewritten it meanwhile our
   * marks are gone, and recovery settings go by their names.
   */
  static ConfigText withoutRecovery(ConfigText file) {
    ConfigText without = withoutBlock(file);
    if (without.lines().size() < file.lines().size()) {
      return without;
    }
    return new ConfigText(
        file.lines().stream()
            .filter(
                line ->
                    line.setting().filter(s -> TargetSettings.NAMES.contains(s.name())).isEmpty())
            .toList());
  }

  /** Without what lies between our marks; a source may itself have been restored by us. */
  private static ConfigText withoutBlock(ConfigText file) {
    List<String> texts = file.lines().stream().map(ConfigLine::text).toList();
    int begin = texts.indexOf(RECOVERY_BEGIN);
    int end = texts.indexOf(RECOVERY_END);
    if (begin < 0 || end < begin) {
      return file;
    }
    List<ConfigLine> lines = new ArrayList<>(file.lines());
    lines.subList(begin, end + 1).clear();
    return new ConfigText(lines);
  }
}
