package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.task.Scope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LogicalOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | WHOLE",
        "--all-databases | WHOLE",
        "--database shop | WHOLE",
        "--database other --database shop | WHOLE",
        "--database other | PART",
        "--table public.t | PART",
        "--schema s | PART",
        "--exclude-table t | PART",
        "--exclude-table-data t | PART",
        "--all-databases --exclude-schema s | PART",
      })
  void whatIsPromisedIsTheUsualDatabaseWithoutAFilter(String arguments, Scope expected) {
    String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
    LogicalOptions options = CommandLine.populateCommand(new LogicalOptions(), words);
    assertThat(options.scope("shop")).isEqualTo(expected);
  }
}
