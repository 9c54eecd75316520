package io.mockupaws.it.wal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's client programs of PostgreSQL 15, which read what newer servers say as well. */
final class Programs {
  static final Path FOLDER = Path.of("/usr/lib/postgresql/15/bin");

  private Programs() {}

  static Path pgWalDump() {
    return FOLDER.resolve("pg_waldump");
  }

  static Path pgBench() {
    return FOLDER.resolve("pgbench");
  }

  /** Runs a program to its end and gives what it printed; what it complained of counts too. */
  static Output run(List<String> command, Map<String, String> environment) {
    try {
      Path complaints = Files.createTempFile("mockupaws-it-", ".err");
      try {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(complaints.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return new Output(status, out, Files.readString(complaints));
      } finally {
        Files.delete(complaints);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  record Output(int status, String out, String complaints) {}
}
