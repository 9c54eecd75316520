package io.mockupaws.engine.database;

import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.Cancel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A {@code psql} in a transaction that is committed only when we say so: what it restored can be
 * looked at before anybody else sees it, and if we die it is rolled back, since {@code psql} then
 * comes to the end of its input.
 */
final class OpenTransaction implements Asking, AutoCloseable {
  private final ClientProcess program;
  private final Cancel cancel;
  private final String mark;
  private final Watch watch;
  private int asked;
  private volatile Answer awaited;
  private volatile boolean ended;

  /** What is read up to a mark; the lines of a script are not kept. */
  private record Answer(
      String end, boolean kept, List<String> lines, CompletableFuture<List<String>> done) {
    static Answer until(String end, boolean kept) {
      return new Answer(end, kept, new ArrayList<>(), new CompletableFuture<>());
    }
  }

  private OpenTransaction(ClientProcess program, Cancel cancel, String mark) {
    this.program = program;
    this.cancel = cancel;
    this.mark = mark;
    this.watch = new Watch(cancel, program::end);
    this.awaited = Answer.until(mark + "-0", false);
    Thread.startVirtualThread(this::read);
  }

  /**
   * Begins it; the script's first statement is its BEGIN.
   *
   * @param id something that stands in no dump: it marks the end of answers
   */
  static OpenTransaction begin(
      ClientTools tools, ServerAddress destination, String id, Cancel cancel) {
    ClientProcess program =
        ClientProcess.start(
            tools,
            "psql",
            List.of(
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"),
            destination);
    return new OpenTransaction(program, cancel, "mockupaws-" + id);
  }

  ClientProcess program() {
    return program;
  }

  /** Reads all the time: a program whose output nobody reads stops. */
  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(program.output(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Answer answer = awaited;
        if (line.equals(answer.end())) {
          answer.done().complete(answer.lines());
        } else if (answer.kept()) {
          answer.lines().add(line);
        }
      }
    } catch (IOException e) {
      // it has ended
    }
    ended = true;
    awaited.done().completeExceptionally(new IOException("the end of what psql says"));
  }

  /** Returns when everything sent so far was done. */
  void awaitScript() {
    send("\\echo " + awaited.end() + "\n");
    await(awaited);
  }

  @Override
  public List<String> ask(String query) {
    Answer answer = Answer.until(mark + "-" + ++asked, true);
    awaited = answer;
    send(query + ";\n\\echo " + answer.end() + "\n");
    return await(answer);
  }

  private List<String> await(Answer answer) {
    if (ended) {
      answer.done().completeExceptionally(new IOException("psql has ended"));
    }
    try {
      return answer.done().get();
    } catch (ExecutionException e) {
      Watch.check(cancel);
      throw program.failure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Watch.stopped();
    }
  }

  private void send(String text) {
    try {
      OutputStream input = program.input();
      input.write(text.getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      Watch.check(cancel);
      throw program.failure();
    }
  }

  /** Makes everything seen and lasting. */
  void commit() {
    Watch.check(cancel);
    watch.close();
    ask("COMMIT");
    try {
      program.input().close();
    } catch (IOException e) {
      // it has ended, which is what comes next
    }
    program.finish();
  }

  /** Takes everything back that was not committed. */
  @Override
  public void close() {
    watch.close();
    program.end();
  }
}
