package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.restore.Cancel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Reads a dump as a restore would, to its end, and restores nothing: authenticated, decrypted,
 * decompressed, its list and all of its content read by {@code pg_restore}.
 */
public final class DumpCheck {
  private static final int BUFFER = 256 * 1024;
  private static final int END_BYTES = 512;
  private static final String END_OF_GLOBALS = "PostgreSQL database cluster dump complete";

  private final OpenedDump dump;
  private final ClientTools tools;
  private final Cancel cancel;
  private long plainBytes;
  private byte[] end = {};

  /**
   * What was read.
   *
   * @param entries of the archive's list; 0 for globals
   */
  public record Checked(long plainBytes, int entries) {}

  /**
   * For one dump.
   *
   * @throws Failure NO_CLIENT_TOOLS when nothing on this host can read it
   */
  public DumpCheck(OpenedDump dump, Optional<Path> binaries, Cancel cancel) {
    this.dump = dump;
    this.tools =
        dump.sidecar()
            .map(facts -> ClientTools.forReading(binaries, ClientTools.majorOf(facts.tools())))
            .orElseGet(() -> ClientTools.newest(binaries));
    this.cancel = cancel;
  }

  /** Which client programs read it. */
  public ClientTools tools() {
    return tools;
  }

  /**
   * Reads it.
   *
   * @param progress takes the bytes of the dump that were read
   * @throws Failure DAMAGED_OBJECT, RESTORE_INTERRUPTED, a store's
   */
  public Checked run(LongConsumer progress) {
    try (InputStream content = dump.content(progress)) {
      boolean globals =
          dump.sidecar().filter(s -> s.content() == DumpSidecar.Content.GLOBALS).isPresent();
      return globals ? globals(content) : database(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Checked globals(InputStream content) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = next(content, buffer); count >= 0; count = next(content, buffer)) {
      byte[] both = Arrays.copyOf(end, end.length + count);
      System.arraycopy(buffer, 0, both, end.length, count);
      end = Arrays.copyOfRange(both, Math.max(0, both.length - END_BYTES), both.length);
    }
    if (!new String(end, StandardCharsets.UTF_8).contains(END_OF_GLOBALS)) {
      throw unreadable("it does not end as pg_dumpall ends it");
    }
    return new Checked(plainBytes, 0);
  }

  private Checked database(InputStream content) throws IOException {
    try (ClientProcess list =
            ClientProcess.alone(tools, "pg_restore", java.util.List.of("--list"));
        ClientProcess all =
            ClientProcess.alone(tools, "pg_restore", java.util.List.of("--file=/dev/null"));
        Watch _ = new Watch(cancel, all::end)) {
      CompletableFuture<Integer> entries = new CompletableFuture<>();
      Thread.startVirtualThread(() -> count(list, entries));
      boolean listing = true;
      byte[] buffer = new byte[BUFFER];
      for (int count = next(content, buffer); count >= 0; count = next(content, buffer)) {
        give(all, buffer, count);
        listing = listing && offer(list, buffer, count);
      }
      close(list);
      close(all);
      finish(all);
      finish(list);
      return new Checked(plainBytes, entries.join());
    }
  }

  private int next(InputStream content, byte[] buffer) throws IOException {
    Watch.check(cancel);
    int count = content.read(buffer);
    plainBytes += Math.max(0, count);
    return count;
  }

  private void give(ClientProcess all, byte[] buffer, int count) {
    try {
      all.input().write(buffer, 0, count);
    } catch (IOException e) {
      Watch.check(cancel);
      throw unreadable(all.failure().what());
    }
  }

  /** It reads the list alone, which stands at the beginning. */
  private static boolean offer(ClientProcess list, byte[] buffer, int count) {
    try {
      list.input().write(buffer, 0, count);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void close(ClientProcess program) {
    try {
      program.input().close();
    } catch (IOException e) {
      // it has ended; how, is looked at next
    }
  }

  private void finish(ClientProcess program) {
    try {
      program.finish();
    } catch (Failure e) {
      Watch.check(cancel);
      throw unreadable(e.what());
    }
  }

  private static void count(ClientProcess list, CompletableFuture<Integer> entries) {
    int count = 0;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(list.output(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isEmpty() && !line.startsWith(";")) {
          count++;
        }
      }
    } catch (IOException e) {
      // it has ended
    }
    entries.complete(count);
  }

  private Failure unreadable(String why) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "what the dump " + dump.place() + " holds cannot be read: " + why,
        "use another backup: mockupaws list --kind logical");
  }
}
