package io.mockupaws.engine.notice;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A notice as JSON by HTTP POST: in our own form, in Slack's (incoming webhooks: {@code text}), or
 * in PagerDuty's (Events API v2: trigger, resolve and acknowledge by {@code dedup_key}).
 */
public final class Webhook implements Channel {
  /** Where PagerDuty takes events. */
  public static final URI PAGERDUTY = URI.create("https://events.pagerduty.com/v2/enqueue");

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Form form;
  private final URI address;
  private final String key;

  private enum Form {
    GENERIC,
    SLACK,
    PAGERDUTY
  }

  private Webhook(Form form, URI address, String key) {
    this.form = form;
    this.address = address;
    this.key = key;
  }

  /** Our own form: the notice's fields. */
  public static Webhook generic(URI address) {
    return new Webhook(Form.GENERIC, address, "");
  }

  /** An incoming webhook of Slack, or of what understands its form. */
  public static Webhook slack(URI address) {
    return new Webhook(Form.SLACK, address, "");
  }

  /**
   * PagerDuty.
   *
   * @param routingKey of the integration; a secret
   */
  public static Webhook pagerDuty(URI address, String routingKey) {
    return new Webhook(Form.PAGERDUTY, address, routingKey);
  }

  @Override
  public String name() {
    return switch (form) {
          case GENERIC -> "webhook";
          case SLACK -> "slack";
          case PAGERDUTY -> "pagerduty";
        }
        + " at "
        + address.getHost();
  }

  @Override
  public void deliver(Notice notice) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(LONGEST)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(notice)))
            .build();
    // One a delivery: they are rare, and an idle client keeps threads.
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(LONGEST)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        throw failed("it answered " + status);
      }
    } catch (IOException e) {
      throw failed(e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  /** What a library says may name the address, which is the secret: only its kind is told. */
  private Failure failed(String why) {
    return new Failure(
        ErrorCode.NOTICE_FAILED,
        "a notice was not delivered by " + name() + ": " + why,
        "see that the address is right and can be reached from this host");
  }

  private String body(Notice notice) {
    return switch (form) {
      case GENERIC -> generic(notice);
      case SLACK -> object().put("text", notice.text()).toString();
      case PAGERDUTY -> pagerDuty(notice);
    };
  }

  private static String generic(Notice notice) {
    return object()
        .put("kind", notice.kind().word())
        .put("cluster", notice.cluster())
        .put("reason", notice.reason())
        .put("what", notice.what())
        .put("next", notice.next())
        .put("at", notice.at().toString())
        .put("host", notice.host())
        .toString();
  }

  private String pagerDuty(Notice notice) {
    ObjectNode event =
        object()
            .put("routing_key", key)
            .put(
                "event_action",
                switch (notice.kind()) {
                  case FAILURE, RESTORE -> "trigger";
                  case RECOVERY -> "resolve";
                })
            .put("dedup_key", notice.about());
    event
        .putObject("payload")
        .put("summary", notice.title().substring(0, Math.min(1024, notice.title().length())))
        .put("source", notice.host())
        .put(
            "severity",
            switch (notice.kind()) {
              case FAILURE -> "critical";
              case RECOVERY, RESTORE -> "info";
            })
        .put("timestamp", notice.at().toString())
        .put("component", notice.cluster())
        .put("class", notice.reason())
        .putObject("custom_details")
        .put("what", notice.what())
        .put("next", notice.next());
    return event.toString();
  }

  private static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }
}
