package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.engine.cluster.ServerPresence.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was gone is asked once more before anybody is sent to its successor. */
class FailoverPrimaryTest {
  @TempDir private Path folder;

  private static ServerSocket listening(int port) throws IOException {
    return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }

  /** Takes connections and ends them at once. */
  private static void answer(ServerSocket server) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try {
                  server.accept().close();
                } catch (IOException e) {
                  // the test is over
                }
              }
            });
  }

  @Test
  void aServerThatHasComeBackIsSeenAndTheNewOneIsNotTakenForIt() throws IOException {
    try (Socket taken = new Socket()) {
      // nobody listens there, and nobody else gets it
      taken.setReuseAddress(true);
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      isSeen(taken.getLocalPort());
    }
  }

  private void isSeen(int port) throws IOException {
    Session session =
        new TestProgram()
            .with(
                "BACKUP_REPOSITORY", SampleRepository.create(folder.resolve("repository"), "prod"))
            .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
            .with("DATABASE_URL", "postgresql://maw@127.0.0.1:" + port + "/shop?sslmode=disable")
            .session();
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    FailoverPrimary primary = new FailoverPrimary(session, config, new FailoverOptions());
    assertThat(primary.ask().outcome()).isEqualTo(Outcome.OK);
    assertThat(primary.server().orElseThrow().kind()).isEqualTo(Kind.GONE);
    try (OpenCluster open = session.openCluster(config)) {
      assertThat(primary.cameBack(open.cluster(), 1)).isEmpty();
      try (ServerSocket back = listening(port)) {
        answer(back);
        assertThat(primary.cameBack(open.cluster(), 1))
            .singleElement()
            .asString()
            .contains("something answers at the address of the cluster's server");
        // what listens there is the server that was started
        assertThat(primary.cameBack(open.cluster(), port)).isEmpty();
      }
    }
  }
}
