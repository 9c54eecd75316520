package io.mockupaws.app.daemon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code GET /health/backup} and {@code GET /metrics}. Both answers were made before they
 * are asked for: a request costs nothing and waits for nothing.
 */
public final class HttpFront implements AutoCloseable {
  private static final int WAITING = 64;

  static {
    // Whoever opens a connection and says nothing is let go: seconds. Read once, by the first one.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final UnaryOperator<String> redact;

  /** An answer. */
  private record Reply(int status, String type, byte[] body) {}

  private HttpFront(HttpServer server, UnaryOperator<String> redact) {
    this.server = server;
    this.redact = redact;
  }

  /**
   * Begins to listen.
   *
   * @param address to listen at; loopback unless the operator says otherwise
   * @param port 0: any that is free
   * @param redact the net below what is said: no secret is in any answer
   * @throws Failure LISTEN
   */
  public static HttpFront start(
      String address,
      int port,
      Supplier<HealthAnswer> health,
      Supplier<List<Metric>> metrics,
      UnaryOperator<String> redact) {
    try {
      InetSocketAddress place = new InetSocketAddress(InetAddress.getByName(address), port);
      HttpFront front = new HttpFront(HttpServer.create(place, WAITING), redact);
      front.server.setExecutor(front.threads);
      front.serve("/", () -> new Reply(404, "text/plain", utf8("see /health/backup, /metrics\n")));
      front.serve("/health/backup", () -> front.health(health.get()));
      front.serve("/metrics", () -> front.metrics(metrics.get()));
      front.server.start();
      return front;
    } catch (UnknownHostException e) {
      throw unable(address + " is no address of this host", e);
    } catch (IOException e) {
      throw unable(
          "port " + port + " at " + address + " cannot be listened at: " + e.getMessage(), e);
    }
  }

  private static Failure unable(String what, Exception cause) {
    return new Failure(
        ErrorCode.LISTEN,
        what,
        "stop what listens there, or give another: --port, --listen",
        cause);
  }

  /** The port that is listened at. */
  public int port() {
    return server.getAddress().getPort();
  }

  private Reply health(HealthAnswer health) {
    String json =
        JsonMapper.builder()
            .enable(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(health);
    return new Reply(
        health.healthy() ? 200 : 503, "application/json", utf8(redact.apply(json) + "\n"));
  }

  private Reply metrics(List<Metric> metrics) {
    String text = new String(MetricsText.of(metrics), StandardCharsets.UTF_8);
    return new Reply(200, MetricsText.TYPE, utf8(redact.apply(text)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void serve(String path, Supplier<Reply> reply) {
    server.createContext(path, exchange -> answer(exchange, path, reply));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Reply> reply)
      throws IOException {
    try (exchange) {
      boolean exact = path.equals("/") || exchange.getRequestURI().getPath().equals(path);
      String method = exchange.getRequestMethod();
      Reply made =
          !exact
              ? new Reply(404, "text/plain", utf8("see /health/backup, /metrics\n"))
              : method.equals("GET") || method.equals("HEAD")
                  ? reply.get()
                  : new Reply(405, "text/plain", utf8("only GET\n"));
      exchange.getResponseHeaders().set("Content-Type", made.type);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (method.equals("HEAD")) {
        exchange.sendResponseHeaders(made.status, -1);
      } else {
        exchange.sendResponseHeaders(made.status, made.body.length);
        exchange.getResponseBody().write(made.body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
