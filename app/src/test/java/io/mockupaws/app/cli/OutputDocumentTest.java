package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mockupaws.app.daemon.HealthAnswer;
import io.mockupaws.core.failure.ErrorCode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/OUTPUT.md names every field of the JSON output, in its order, and no other. */
class OutputDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "OUTPUT.md");
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|.*");

  static List<Arguments> answers() {
    return List.of(
        Arguments.of("init", InitAnswer.class),
        Arguments.of("init --print-sql", SqlAnswer.class),
        Arguments.of("stream", StreamAnswer.class),
        Arguments.of("stream --once", WalBrought.class),
        Arguments.of("serve", ServeAnswer.class),
        Arguments.of("GET /health/backup", HealthAnswer.class),
        Arguments.of("backup", BackupTaken.class),
        Arguments.of("backup --dry-run", BackupPlanAnswer.class),
        Arguments.of("backup --kind logical", LogicalTaken.class),
        Arguments.of("backup --kind logical --dry-run", LogicalPlanAnswer.class),
        Arguments.of("restore FILE", DumpAnswer.class),
        Arguments.of("restore FILE --verify-only", DumpVerified.class),
        Arguments.of("show DUMP", DumpShown.class),
        Arguments.of("backup --kind config", ConfigurationTaken.class),
        Arguments.of("show VERSION", ConfigurationShown.class),
        Arguments.of("config diff", ConfigurationCompared.class),
        Arguments.of("config restore", ConfigurationRestored.class),
        Arguments.of("list", BackupsAnswer.class),
        Arguments.of("show", BackupAnswer.class),
        Arguments.of("status", StatusAnswer.class),
        Arguments.of("window", WindowAnswer.class),
        Arguments.of("timelines", TimelinesAnswer.class),
        Arguments.of("history", HistoryAnswer.class),
        Arguments.of("wal gaps", WalGapsAnswer.class),
        Arguments.of("wal push", WalPushed.class),
        Arguments.of("wal import", WalImported.class),
        Arguments.of("restore", RestoreAnswer.class),
        Arguments.of("restore --to-database", DatabaseAnswer.class),
        Arguments.of("failover", FailoverAnswer.class),
        Arguments.of("verify", VerifyAnswer.class),
        Arguments.of("verify-data", DataProven.class),
        Arguments.of("cleanup", CleanupAnswer.class),
        Arguments.of("hold", HoldsAnswer.class),
        Arguments.of("doctor", DoctorAnswer.class),
        Arguments.of("wal salvage", SalvageAnswer.class),
        Arguments.of("man", ManWritten.class),
        Arguments.of("keys list", KeysAnswer.class),
        Arguments.of("keys rotate", KeysRotated.class));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void namesEveryField(String section, Class<?> answer) throws IOException {
    assertThat(documented(section)).containsExactlyElementsOf(fields("", answer));
  }

  /** Whoever looks one up at night finds it. */
  @Test
  void theGuideExplainsEveryError() throws IOException {
    String trouble = Files.readString(Path.of("..", "docs", "guide", "trouble.md"));
    assertThat(ErrorCode.values())
        .allSatisfy(code -> assertThat(trouble).contains("`" + code.code() + "`"));
  }

  private static List<String> documented(String section) throws IOException {
    String text = Files.readString(DOCUMENT);
    int from = text.indexOf("\n## `" + section + "`\n");
    assertThat(from).as("section %s", section).isNotNegative();
    int to = text.indexOf("\n## ", from + 4);
    List<String> names = new ArrayList<>();
    text.substring(from, to < 0 ? text.length() : to)
        .lines()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .forEach(row -> names.add(row.group(1)));
    return names;
  }

  private static List<String> fields(String prefix, Class<?> type) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean unwrapped = component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
      if (!unwrapped) {
        names.add(prefix + component.getName() + (isList(component) ? "[]" : ""));
      }
      recordIn(component.getGenericType())
          .ifPresent(
              inner ->
                  names.addAll(
                      fields(
                          unwrapped
                              ? prefix
                              : prefix + component.getName() + (isList(component) ? "[]." : "."),
                          inner)));
    }
    return names;
  }

  private static boolean isList(RecordComponent component) {
    return List.class.isAssignableFrom(component.getType());
  }

  private static Optional<Class<?>> recordIn(Type type) {
    Type inner =
        type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : type;
    return inner instanceof Class<?> found && found.isRecord()
        ? Optional.of(found)
        : Optional.empty();
  }
}
