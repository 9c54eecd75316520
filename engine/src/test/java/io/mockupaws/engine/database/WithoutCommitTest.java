package io.mockupaws.engine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutCommitTest {
  private static final String DATA =
      "BEGIN;\n\n"
          + "COPY t FROM stdin;\n"
          + "COMMIT;\n\n"
          + "--\n"
          + "-- PostgreSQL database dump complete\n"
          + "--\n\n"
          + "ü\n"
          + "\\.\n\n";
  private static final String END =
      "COMMIT;\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict aB3\n\n";

  private static String passed(String script, int piece) throws IOException {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    WithoutCommit filter = new WithoutCommit(to);
    byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      filter.write(bytes, at, Math.min(piece, bytes.length - at));
    }
    filter.finish();
    return to.toString(StandardCharsets.UTF_8);
  }

  /** A line like it in the data stays, however the script is cut into pieces. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000, 100_000})
  void onlyTheLastCommitIsLeftOut(int piece) throws IOException {
    for (int length : new int[] {0, 500, 5000}) {
      String before = DATA + "x".repeat(length) + "\n";
      assertThat(passed(before + END, piece)).isEqualTo(before + END.substring(8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "COMMIT;\n", "COMMIT;\n\n--\n-- PostgreSQL database dump complete\n--"})
  void aScriptThatEndsOtherwiseIsNotWhole(String end) {
    assertThatThrownBy(() -> passed("BEGIN;\nSELECT 1;\n" + end, 100))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_COPY_FAILED));
  }
}
