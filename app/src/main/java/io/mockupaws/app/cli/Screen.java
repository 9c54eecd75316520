package io.mockupaws.app.cli;

import io.mockupaws.app.config.ConfigurationFailure;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes answers and errors. Standard output carries the answer and nothing else; in JSON it
 * carries exactly one document, the answer or the error. Standard error carries errors for people,
 * and progress.
 */
public final class Screen {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final Redaction redaction;

  public Screen(PrintStream out, PrintStream err, Terminal terminal, Redaction redaction) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.redaction = redaction;
  }

  /** Standard output, for what writes more than one answer. */
  public PrintStream out() {
    return out;
  }

  /** Standard error. */
  public PrintStream err() {
    return err;
  }

  Terminal terminal() {
    return terminal;
  }

  void answer(Answer answer, OutputFormat format) {
    switch (format) {
      case text -> {
        Paper paper = new Paper(terminal.columns());
        answer.print(paper);
        out.print(paper);
      }
      case json -> out.println(JSON.writeValueAsString(answer));
    }
    out.flush();
  }

  /** A line for people beside the answer: a warning, or what is being done. */
  public void say(String line) {
    err.println(redaction.apply(line));
    err.flush();
  }

  /** A text without secrets. */
  String redact(String text) {
    return redaction.apply(text);
  }

  /** Broken between words on a terminal; elsewhere as it is, so that a line can be found again. */
  private void sayWrapped(String text) {
    if (!terminal.err()) {
      say(text);
      return;
    }
    Paper paper = new Paper(terminal.columns());
    text.lines().forEach(paper::keepIndented);
    say(paper.toString().stripTrailing());
  }

  /** Writes what went wrong; the stack only with {@code debug}. */
  void error(Failure failure, OutputFormat format, boolean debug) {
    String head = failure.code().code() + " " + failure.code().slug();
    sayWrapped("mockupaws: " + head + ": " + failure.what());
    sayWrapped("  next: " + failure.nextStep());
    if (debug) {
      say(stackOf(failure));
    }
    err.flush();
    if (format == OutputFormat.json) {
      out.println(JSON.writeValueAsString(errorObject(failure)));
      out.flush();
    }
  }

  private static String stackOf(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private ObjectNode errorObject(Failure failure) {
    ObjectNode top = JSON.createObjectNode();
    ObjectNode error = top.putObject("error");
    error.put("code", failure.code().code());
    error.put("name", failure.code().slug());
    error.put("message", redaction.apply(failure.what()));
    error.put("next", redaction.apply(failure.nextStep()));
    if (failure instanceof ConfigurationFailure mistakes) {
      ArrayNode problems = error.putArray("problems");
      mistakes
          .problems()
          .forEach(p -> problems.addObject().put("where", p.where()).put("what", p.what()));
    }
    return top;
  }

  /**
   * What an exception means that nobody expected. Its message may hold anything: only its kind is
   * said.
   */
  static Failure unexpected(Throwable cause) {
    return new Failure(
        ErrorCode.INTERNAL,
        "an unexpected " + cause.getClass().getSimpleName() + where(cause),
        "run the command again with --debug and report what it prints",
        cause);
  }

  private static String where(Throwable cause) {
    for (StackTraceElement element : cause.getStackTrace()) {
      if (element.getClassName().startsWith("io.mockupaws.")) {
        return " at "
            + element.getClassName().replaceFirst(".*\\.", "")
            + "."
            + element.getMethodName()
            + ":"
            + element.getLineNumber();
      }
    }
    return "";
  }
}
