package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.cluster.ServerPresence.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only what takes no connection is gone. */
class ServerPresenceTest {
  @TempDir private Path folder;

  private static ServerPresence at(String hosts) {
    return ServerPresence.ask(
        ServerAddress.parse("postgresql://maw:secret@" + hosts + "/shop?sslmode=disable", Map.of()),
        _ -> false,
        Duration.ofSeconds(1));
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static String local(int port) {
    return "127.0.0.1:" + port;
  }

  private static int closed() throws IOException {
    try (ServerSocket socket = listening()) {
      return socket.getLocalPort();
    }
  }

  /** Answers whoever connects as PostgreSQL does whom it does not let in. */
  private static void refuseAll(ServerSocket server, String state, String message) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (Socket one = server.accept()) {
                  one.getInputStream().read(new byte[1024]);
                  one.getOutputStream().write(error(state, message));
                } catch (IOException e) {
                  // the test is over, or whoever connected said nothing
                }
              }
            });
  }

  private static byte[] error(String state, String message) throws IOException {
    byte[] fields =
        ("SFATAL\0VFATAL\0C" + state + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte('E');
    out.writeInt(4 + fields.length);
    out.write(fields);
    return bytes.toByteArray();
  }

  @Test
  void whatTakesNoConnectionIsGone() throws IOException {
    assertThat(at(local(closed())).kind()).isEqualTo(Kind.GONE);
    assertThat(at("localhost:" + closed()).kind()).isEqualTo(Kind.GONE);
    String socket = "/shop?host=" + folder + "&port=5432";
    ServerAddress here = ServerAddress.parse("postgresql://maw@" + socket, Map.of());
    assertThat(ServerPresence.ask(here, _ -> false).kind()).isEqualTo(Kind.GONE);
  }

  @ParameterizedTest
  @CsvSource({
    "53300, too many clients already",
    "57P03, the database system is starting up",
    "28P01, password authentication failed",
    "28000, no pg_hba.conf entry for host",
    "08P01, no such startup parameter"
  })
  void whoRefusesUsIsThere(String state, String message) throws IOException {
    try (ServerSocket server = listening()) {
      refuseAll(server, state, message);
      ServerPresence found = at(local(server.getLocalPort()));
      assertThat(found.kind()).isEqualTo(Kind.REFUSES);
      assertThat(found.what()).contains(message).doesNotContain("secret");
    }
  }

  @Test
  void whoTakesAConnectionAndSaysNothingIsThere() throws IOException {
    try (ServerSocket server = listening()) {
      assertThat(at(local(server.getLocalPort())).kind()).isEqualTo(Kind.REFUSES);
    }
  }

  @Test
  void ofSeveralHostsTheOneThatIsThereCounts() throws IOException {
    try (ServerSocket server = listening()) {
      refuseAll(server, "53300", "too many clients already");
      String both = local(closed()) + "," + local(server.getLocalPort());
      assertThat(at(both).kind()).isEqualTo(Kind.REFUSES);
      ServerPresence left =
          ServerPresence.ask(
              ServerAddress.parse("postgresql://maw@" + both + "/shop?sslmode=disable", Map.of()),
              host -> host.port() == server.getLocalPort());
      assertThat(left.kind()).isEqualTo(Kind.GONE);
    }
  }

  @Test
  void aNameThatNobodyKnowsTellsNothing() throws IOException {
    assertThat(at("nowhere.invalid:5432").kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(at("nowhere.invalid:5432," + local(closed())).kind()).isEqualTo(Kind.UNKNOWN);
  }
}
