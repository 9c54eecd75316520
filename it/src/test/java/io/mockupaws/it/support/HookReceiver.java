package io.mockupaws.it.support;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Takes notices on this host, as a webhook does. */
public final class HookReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  public HookReceiver() {
    this(body -> body);
  }

  /**
   * With a look at each.
   *
   * @param look runs before the sender gets its answer; what it gives is kept for the body
   */
  public HookReceiver(UnaryOperator<String> look) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          heard.add(look.apply(body));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  /** What came, in order. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
