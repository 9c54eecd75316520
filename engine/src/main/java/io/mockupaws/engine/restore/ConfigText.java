package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A PostgreSQL configuration file in its lines. */
record ConfigText(List<ConfigLine> lines) {
  ConfigText {
    lines = List.copyOf(lines);
  }

  static ConfigText parse(byte[] content) {
    List<ConfigLine> lines = new ArrayList<>();
    String text = new String(content, StandardCharsets.ISO_8859_1);
    for (String line : text.split("\n", -1)) {
      lines.add(ConfigLine.parse(line));
    }
    if (text.isEmpty() || text.endsWith("\n")) {
      lines.removeLast();
    }
    return new ConfigText(lines);
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The settings in their order, directives to include among them. */
  List<ConfigLine.Setting> settings() {
    return lines.stream().flatMap(line -> line.setting().stream()).toList();
  }

  ConfigText map(UnaryOperator<ConfigLine> change) {
    return new ConfigText(lines.stream().map(change).toList());
  }
}
