package io.mockupaws.engine.backup;

import io.mockupaws.engine.cluster.ServerFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether the data directory of this host is the server's own. A standby beside it has the same
 * system identifier, and a container the same paths; only the file that the running server wrote,
 * with its process, start time and port, tells.
 */
final class DirectAccess {
  private static final String PID_FILE = "postmaster.pid";
  private static final int PID_FILE_BYTES = 64 << 10;

  private DirectAccess() {}

  /**
   * Why files cannot be read directly; empty when they can.
   *
   * @param server reads as the server does
   */
  static Optional<String> obstacle(ServerFacts facts, FileReader server) {
    Path directory = Path.of(facts.dataDirectory());
    ByteBuffer remote = ByteBuffer.allocate(PID_FILE_BYTES);
    server.read(List.of(new Piece(PID_FILE, 0, PID_FILE_BYTES)), remote);
    byte[] expected = Arrays.copyOf(remote.array(), remote.position());
    if (expected.length == 0) {
      return Optional.of("the server has no " + PID_FILE);
    }
    try {
      byte[] local = Files.readAllBytes(directory.resolve(PID_FILE));
      if (!Arrays.equals(local, expected)) {
        return Optional.of(directory + " on this host belongs to another server");
      }
      // The server's own files may be closed to us though this one was not.
      try (var entries = Files.newDirectoryStream(directory.resolve("global"))) {
        return entries.iterator().hasNext() && Files.isReadable(controlFile(directory))
            ? Optional.empty()
            : Optional.of(directory + " is not readable for this user");
      }
    } catch (IOException e) {
      return Optional.of(directory + " is not readable on this host for this user");
    }
  }

  private static Path controlFile(Path directory) {
    return directory.resolve(Exclusions.CONTROL_FILE);
  }
}
