package io.mockupaws.app.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpFrontTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private volatile List<Reason> reasons = List.of();
  private final HttpFront front =
      HttpFront.start("127.0.0.1", 0, this::health, HttpFrontTest::metrics, HttpFrontTest::redact);
  private final HttpClient client = HttpClient.newHttpClient();

  private HealthAnswer health() {
    return HealthAnswer.of(
        NOON, List.of(new HealthAnswer.OfCluster("prod", reasons.isEmpty(), NOON, reasons)));
  }

  private static List<Metric> metrics() {
    return List.of(
        Metric.gauge("backup_last_success_timestamp", "When", 1.5, "cluster", "a\"b\\c\nd"),
        Metric.counter("backup_failures", "Runs", 3, "type", "physical", "cluster", "prod"),
        Metric.counter("backup_failures", "Runs", 0, "type", "logical", "cluster", "prod"));
  }

  private static String redact(String text) {
    return text.replace("hunter2", "***");
  }

  @AfterEach
  void close() {
    client.close();
    front.close();
  }

  private HttpResponse<String> ask(String method, String path)
      throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + front.port() + path);
    return client.send(
        HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void healthIs200OrSaysWhyNot() throws IOException, InterruptedException {
    HttpResponse<String> well = ask("GET", "/health/backup");
    assertThat(well.statusCode()).isEqualTo(200);
    assertThat(JsonMapper.shared().readTree(well.body()).path("healthy").asBoolean()).isTrue();
    reasons = List.of(new Reason("rpo", "behind, password hunter2", "look"));
    HttpResponse<String> ill = ask("GET", "/health/backup");
    assertThat(ill.statusCode()).isEqualTo(503);
    JsonNode json = JsonMapper.shared().readTree(ill.body());
    assertThat(json.path("healthy").asBoolean()).isFalse();
    assertThat(json.at("/clusters/0/reasons/0/id").asString()).isEqualTo("rpo");
    assertThat(json.at("/clusters/0/reasons/0/next").asString()).isEqualTo("look");
    assertThat(ill.body()).doesNotContain("hunter2");
    assertThat(ask("HEAD", "/health/backup").statusCode()).isEqualTo(503);
  }

  @Test
  void metricsAreWhatPrometheusReads() throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("GET", "/metrics");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("# TYPE backup_last_success_timestamp gauge")
        .contains("backup_last_success_timestamp{cluster=\"a\\\"b\\\\c\\nd\"} 1.5")
        .contains("# TYPE backup_failures_total counter")
        .contains("backup_failures_total{cluster=\"prod\",type=\"physical\"} 3.0")
        .contains("backup_failures_total{cluster=\"prod\",type=\"logical\"} 0.0");
  }

  @Test
  void anythingElseIsNotThere() throws IOException, InterruptedException {
    assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/metrics/../secret").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/metricsx").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  /** Whoever says nothing keeps nobody else waiting. */
  @Test
  void aSilentConnectionHoldsNobodyUp() throws IOException, InterruptedException {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), front.port())) {
      assertThat(silent.isConnected()).isTrue();
      assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void listensAtLoopbackAlone() throws IOException {
    for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : card.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          assertThatThrownBy(() -> new Socket(address, front.port()).close())
              .as("%s", address)
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaidSo() {
    assertThatThrownBy(
            () ->
                HttpFront.start(
                    "127.0.0.1", front.port(), this::health, List::of, HttpFrontTest::redact))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LISTEN);
              assertThat(e.what()).contains(Integer.toString(front.port()));
            });
  }
}
