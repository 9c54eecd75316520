package io.mockupaws.engine.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client program said on standard error, as far as it may be repeated: statements may hold
 * passwords and bodies of functions, details and contexts the rows of tables. What is wrong stays.
 */
final class Said {
  private static final int KEPT_LINES = 20;
  private static final String CUT = " …";

  private static final Pattern PROGRAM = Pattern.compile("(pg_[a-z]+|psql)[:\\[].*");
  private static final Pattern TAG =
      Pattern.compile("(ERROR|DETAIL|HINT|CONTEXT|WARNING|NOTICE|FATAL|PANIC):  .*");
  private static final Pattern STATEMENT =
      Pattern.compile("(.*?(?:Command|Query) was:|STATEMENT:|QUERY:|LINE [0-9]+:)(.*)");

  /** A literal, a list of options or values, a body. */
  private static final Pattern CONTENT = Pattern.compile("['(=$].*");

  /** What stays, and what comes behind it of a row or a value. */
  private static final Pattern VALUE =
      Pattern.compile(
          "(.*?(?:CONTEXT:  COPY .*?, line [0-9]+(?:, column [^:]*)?"
              + "|Failing row contains"
              + "|Key \\(.*?\\)="
              + "|invalid input (?:syntax|value) for [^:\"]*"
              + "|malformed [a-z]+ literal"
              + "|field value out of range"
              + "|could not determine [^:\"]*"
              + "|value ))[:( \"].*");

  private final Deque<String> lines = new ArrayDeque<>();
  private boolean inStatement;
  private boolean inValue;

  synchronized void add(String line) {
    repeatable(line)
        .ifPresent(
            text -> {
              lines.addLast(text);
              if (lines.size() > KEPT_LINES) {
                lines.removeFirst();
              }
            });
  }

  synchronized String words() {
    return String.join("; ", lines);
  }

  private Optional<String> repeatable(String line) {
    boolean program = PROGRAM.matcher(line).matches();
    boolean tag = TAG.matcher(line).matches();
    if ((inStatement && !program) || (inValue && !program && !tag)) {
      return Optional.empty();
    }
    inStatement = false;
    inValue = false;
    Matcher statement = STATEMENT.matcher(line);
    if (statement.matches()) {
      inStatement = true;
      String begin = CONTENT.matcher(statement.group(2)).replaceFirst("");
      return Optional.of(statement.group(1) + begin.stripTrailing() + CUT);
    }
    Matcher value = VALUE.matcher(line);
    if (value.matches()) {
      inValue = true;
      return Optional.of(value.group(1).stripTrailing() + CUT);
    }
    return Optional.of(line);
  }
}
