package io.mockupaws.app.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The manual page of one command, in roff with the macros of man(7), from the same words as its
 * help. Picocli's own generator writes AsciiDoc, which an operator's host cannot show.
 */
final class ManPage {
  /** Pages begin with it: only such files are replaced. */
  static final String MARK = ".\\\" made by: mockupaws man";

  private final CommandSpec spec;
  private final UsageMessageSpec usage;
  private final String version;
  private final StringBuilder roff = new StringBuilder();

  private ManPage(CommandSpec spec, String version) {
    this.spec = spec;
    this.usage = spec.usageMessage();
    this.version = version;
  }

  /** For example {@code mockupaws-wal-push.1}. */
  static String fileName(CommandSpec spec) {
    return spec.qualifiedName("-") + ".1";
  }

  static String of(CommandSpec spec, String version) {
    return new ManPage(spec, version).text();
  }

  private String text() {
    String name = spec.qualifiedName("-");
    macro(MARK);
    macro(
        ".TH \"%s\" \"1\" \"\" \"mockupaws %s\" \"mockupAWS\""
            .formatted(escaped(name.toUpperCase(Locale.ROOT)), escaped(version)));
    section("NAME");
    macro(escaped(name) + " \\- " + escaped(summary()));
    section("SYNOPSIS");
    macro(synopsis());
    List<String> description = plain(usage.description());
    if (!description.isEmpty()) {
      section("DESCRIPTION");
      description.forEach(this::paragraph);
    }
    entries("ARGUMENTS", spec.positionalParameters());
    options("OPTIONS", false);
    options("COMMON OPTIONS", true);
    commands();
    statuses();
    examples();
    seeAlso();
    return roff.toString();
  }

  /** The first sentence of what help says, as {@code whatis} wants it. */
  private String summary() {
    List<String> words = plain(usage.header().length > 0 ? usage.header() : usage.description());
    String first = words.isEmpty() ? spec.name() : words.getFirst();
    int end = first.indexOf(". ");
    String sentence = end < 0 ? first : first.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private String synopsis() {
    String arguments =
        spec.positionalParameters().stream()
            .map(argument -> argument.required() ? label(argument) : "[" + label(argument) + "]")
            .collect(Collectors.joining(" "));
    String command = spec.subcommands().isEmpty() ? "" : " \\fICOMMAND\\fP";
    return "\\fB%s\\fP [\\fIOPTIONS\\fP]%s %s"
        .formatted(escaped(spec.qualifiedName()), command, arguments)
        .strip();
  }

  private static String label(ArgSpec argument) {
    return "\\fI" + escaped(argument.paramLabel()) + "\\fP";
  }

  private void entries(String heading, List<? extends ArgSpec> arguments) {
    if (!arguments.isEmpty()) {
      section(heading);
      arguments.forEach(argument -> entry(label(argument), argument.description()));
    }
  }

  private void options(String heading, boolean common) {
    List<OptionSpec> options =
        spec.options().stream()
            .filter(option -> !option.hidden() && isCommon(option) == common)
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .toList();
    if (!options.isEmpty()) {
      section(heading);
      options.forEach(option -> entry(names(option), option.description()));
    }
  }

  private boolean isCommon(OptionSpec option) {
    return option.inherited() && spec.parent() != null;
  }

  private static String names(OptionSpec option) {
    String value = option.arity().max() > 0 ? "=" + label(option) : "";
    return Arrays.stream(option.names())
            .map(name -> "\\fB" + escaped(name) + "\\fP")
            .collect(Collectors.joining(", "))
        + value;
  }

  private void commands() {
    if (spec.subcommands().isEmpty()) {
      return;
    }
    section("COMMANDS");
    spec.subcommands()
        .values()
        .forEach(
            line -> {
              CommandSpec command = line.getCommandSpec();
              entry(reference(command), command.usageMessage().description());
            });
  }

  private void statuses() {
    Map<String, String> statuses = spec.root().usageMessage().exitCodeList();
    section("EXIT STATUS");
    statuses.forEach((status, meaning) -> entry(escaped(status), new String[] {meaning}));
  }

  private void examples() {
    List<String> lines = plain(usage.footer());
    if (lines.isEmpty()) {
      return;
    }
    section("EXAMPLES");
    macro(".nf");
    lines.forEach(line -> macro(guarded(escaped(line))));
    macro(".fi");
  }

  private void seeAlso() {
    CommandSpec above = spec.parent() == null ? spec : spec.parent();
    String pages =
        above.subcommands().values().stream()
            .map(line -> line.getCommandSpec())
            .filter(other -> !other.equals(spec))
            .map(ManPage::reference)
            .collect(Collectors.joining(",\n"));
    section("SEE ALSO");
    macro(spec.parent() == null ? pages : reference(above) + ",\n" + pages);
  }

  private static String reference(CommandSpec command) {
    return "\\fB" + escaped(command.qualifiedName("-")) + "\\fP(1)";
  }

  private void section(String heading) {
    macro(".SH " + heading);
  }

  private void entry(String term, String[] description) {
    macro(".TP");
    macro(term);
    List<String> words = plain(description);
    macro(words.isEmpty() ? "\\&" : guarded(escaped(words.getFirst())));
  }

  private void paragraph(String text) {
    macro(".PP");
    macro(guarded(escaped(text)));
  }

  private void macro(String line) {
    roff.append(line).append('\n');
  }

  /** Picocli's texts are formats. */
  private static List<String> plain(String[] texts) {
    return Arrays.stream(texts)
        .map(text -> text.replace("%%", "%").replace("%n", "\n"))
        .flatMap(String::lines)
        .toList();
  }

  /** A line of text that begins as a request does is none. */
  private static String guarded(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '"' -> escaped.append("\\(dq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default ->
                    escaped.append(c < 128 ? Character.toString(c) : "\\[u%04X]".formatted(c));
              }
            });
    return escaped.toString();
  }
}
