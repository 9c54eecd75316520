package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.engine.doctor.Check;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code doctor}. */
record DoctorAnswer(
    String purpose, boolean healthy, int failed, int warnings, int unknown, List<Item> checks)
    implements Answer {

  /** One check. */
  record Item(
      String id,
      String state,
      String what,
      String next,
      Optional<String> code,
      Optional<String> store) {}

  static DoctorAnswer of(String purpose, List<Check> checks) {
    int failed = count(checks, Check.State.FAILED);
    return new DoctorAnswer(
        purpose,
        failed == 0,
        failed,
        count(checks, Check.State.WARNING),
        count(checks, Check.State.UNKNOWN),
        checks.stream().map(DoctorAnswer::item).toList());
  }

  private static int count(List<Check> checks, Check.State state) {
    return (int) checks.stream().filter(check -> check.state() == state).count();
  }

  private static Item item(Check check) {
    return new Item(
        check.id(),
        check.state().name().toLowerCase(Locale.ROOT),
        check.what(),
        check.next(),
        check.code().map(ErrorCode::code),
        check.store());
  }

  @Override
  public void print(Paper paper) {
    for (Item check : checks) {
      String code = check.code().map(c -> " (" + c + ")").orElse("");
      String where = check.store().map(store -> " in " + store).orElse("");
      paper.item(
          word(check.state()) + check.id() + where + ": " + check.what().replace("\n", "") + code);
      if (!check.next().isEmpty()) {
        paper.item("  -> " + check.next());
      }
    }
    paper.line(
        failed
            + " failed, "
            + Units.count(warnings, "warning")
            + ", "
            + unknown
            + " cannot be told; "
            + (healthy ? "nothing stands in the way" : "NOT as it should be"));
  }

  private static String word(String state) {
    return switch (state) {
      case "ok" -> "ok       ";
      case "warning" -> "warning  ";
      case "failed" -> "FAILED   ";
      default -> "unknown  ";
    };
  }

  @Override
  public boolean done() {
    return healthy;
  }
}
