package io.mockupaws.app.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help for terminals that are too narrow for two columns: each option above its description. */
final class NarrowHelp {
  /** Picocli lays help out in two columns from this width on. */
  static final int TWO_COLUMNS = 55;

  private final CommandSpec spec;
  private final Paper paper;

  private NarrowHelp(CommandSpec spec, int columns) {
    this.spec = spec;
    this.paper = new Paper(columns);
  }

  static String of(CommandSpec spec, int columns) {
    return new NarrowHelp(spec, columns).text();
  }

  private String text() {
    UsageMessageSpec usage = spec.usageMessage();
    Arrays.stream(usage.header()).forEach(paper::line);
    paper.line("Usage: " + spec.qualifiedName() + " [OPTIONS]" + arguments());
    Arrays.stream(usage.description()).forEach(paper::line);
    spec.positionalParameters().forEach(this::positional);
    spec.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(this::option);
    spec.subcommands()
        .forEach(
            (name, command) -> entry(name, command.getCommandSpec().usageMessage().description()));
    usage.exitCodeList().forEach((code, meaning) -> paper.item(code + "  " + meaning));
    String heading = usage.footerHeading().replace("%n", "").strip();
    if (!heading.isEmpty()) {
      paper.gap().line(heading);
    }
    Arrays.stream(usage.footer()).map(line -> line.replace("%%", "%")).forEach(paper::verbatim);
    return paper.toString();
  }

  private String arguments() {
    return spec.subcommands().isEmpty()
        ? spec.positionalParameters().isEmpty() ? "" : " [BACKUP]"
        : " COMMAND";
  }

  private void positional(PositionalParamSpec parameter) {
    entry(parameter.paramLabel(), parameter.description());
  }

  private void option(OptionSpec option) {
    String value = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
    entry(String.join(", ", List.of(option.names())) + value, option.description());
  }

  private void entry(String name, String[] description) {
    paper.line(name);
    if (description.length > 0) {
      paper.indented(description[0]);
    }
  }
}
