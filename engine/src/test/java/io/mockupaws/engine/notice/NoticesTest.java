package io.mockupaws.engine.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Notices as receivers of this host get them. */
class NoticesTest {
  private static final Instant NIGHT = Instant.parse("2026-04-07T02:10:00Z");
  private static final Notice FAILED =
      new Notice(
          Notice.Kind.FAILURE,
          "prod",
          "failed-run/physical",
          "the last run of physical failed: MAW204 the \"bucket\" is full",
          "make room",
          NIGHT,
          "db1");
  private static final Notice WELL =
      new Notice(
          Notice.Kind.RECOVERY, "prod", "failed-run/physical", "it failed", "", NIGHT, "db1");

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedDeque<Integer> answers = new ConcurrentLinkedDeque<>();
  private final List<Failure> lost = new CopyOnWriteArrayList<>();
  private final CountDownLatch hang = new CountDownLatch(1);
  private HttpServer receiver = receiver();

  private static HttpServer receiver() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void listen() {
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (exchange.getRequestURI().getPath().equals("/hangs")) {
              hang.await();
            }
            Integer answer = answers.poll();
            int status = answer == null ? 200 : answer;
            if (status == 200) {
              bodies.add(body);
            }
            exchange.sendResponseHeaders(status, -1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    receiver.start();
  }

  @AfterEach
  void close() {
    hang.countDown();
    receiver.stop(0);
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
  }

  private Notices notices(Channel... channels) {
    return new Notices(
        List.of(channels), List.of(Duration.ofMillis(1), Duration.ofMillis(1)), lost::add);
  }

  private JsonNode only() {
    assertThat(bodies).hasSize(1);
    return JsonMapper.shared().readTree(bodies.getFirst());
  }

  @Test
  void ourOwnFormHasEveryField() {
    Webhook.generic(at("/hook")).deliver(FAILED);
    JsonNode body = only();
    assertThat(body.path("kind").asString()).isEqualTo("failure");
    assertThat(body.path("cluster").asString()).isEqualTo("prod");
    assertThat(body.path("reason").asString()).isEqualTo("failed-run/physical");
    assertThat(body.path("what").asString()).contains("the \"bucket\" is full");
    assertThat(body.path("next").asString()).isEqualTo("make room");
    assertThat(body.path("at").asString()).isEqualTo(NIGHT.toString());
    assertThat(body.path("host").asString()).isEqualTo("db1");
  }

  @Test
  void slackGetsItsText() {
    Webhook.slack(at("/services/T0/B0/secret")).deliver(FAILED);
    assertThat(only().propertyNames()).containsExactly("text");
    assertThat(only().path("text").asString()).startsWith("mockupaws prod: ").contains("make room");
  }

  /** Events API v2: a recovery resolves what the failure triggered. */
  @Test
  void pagerDutyIsTriggeredAndResolved() {
    Webhook pager = Webhook.pagerDuty(at("/v2/enqueue"), "R0UT1NG");
    pager.deliver(FAILED);
    pager.deliver(WELL);
    JsonNode first = JsonMapper.shared().readTree(bodies.get(0));
    JsonNode second = JsonMapper.shared().readTree(bodies.get(1));
    assertThat(first.path("routing_key").asString()).isEqualTo("R0UT1NG");
    assertThat(first.path("event_action").asString()).isEqualTo("trigger");
    assertThat(second.path("event_action").asString()).isEqualTo("resolve");
    assertThat(first.path("dedup_key")).isEqualTo(second.path("dedup_key"));
    assertThat(first.at("/payload/severity").asString()).isEqualTo("critical");
    assertThat(first.at("/payload/summary").asString()).contains("is full");
    assertThat(first.at("/payload/source").asString()).isEqualTo("db1");
  }

  @Test
  void whatIsRefusedIsTriedAgain() {
    answers.addAll(List.of(500, 429));
    try (Notices notices = notices(Webhook.generic(at("/hook")))) {
      notices.send(FAILED);
      await().atMost(Duration.ofMinutes(1)).until(() -> bodies.size() == 1);
    }
    assertThat(lost).isEmpty();
  }

  @Test
  void whatIsGivenUpIsTold() {
    answers.addAll(List.of(500, 500, 500));
    try (Notices notices = notices(Webhook.slack(at("/services/T0/B0/secret")))) {
      notices.send(FAILED);
      await().atMost(Duration.ofMinutes(1)).until(() -> !lost.isEmpty());
    }
    assertThat(bodies).isEmpty();
    assertThat(lost.getFirst().code()).isEqualTo(ErrorCode.NOTICE_FAILED);
    assertThat(lost.getFirst().what()).contains("slack").doesNotContain("secret").contains("500");
  }

  /** One that hangs holds neither the work nor the others up, and what it cannot take is told. */
  @Test
  void nobodyWaitsForAReceiverThatHangs() {
    try (Notices notices = notices(Webhook.generic(at("/hangs")), Webhook.generic(at("/hook")))) {
      for (int i = 0; i < Notices.MOST; i++) {
        notices.send(FAILED);
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> bodies.size() == Notices.MOST);
      assertThat(lost).isEmpty();
      notices.send(WELL);
      assertThat(lost).hasSize(1);
      assertThat(lost.getFirst().what()).contains("more than " + Notices.MOST);
      await().atMost(Duration.ofMinutes(1)).until(() -> bodies.size() == Notices.MOST + 1);
    }
  }

  /** A pager that hears "well again" first keeps the incident that comes after it open. */
  @Test
  void aRecoveryDoesNotOvertakeItsFailure() {
    Notice other =
        new Notice(Notice.Kind.FAILURE, "prod", "rpo", "it is late", "look", NIGHT, "db1");
    CountDownLatch refused = new CountDownLatch(1);
    Channel hook = Webhook.generic(at("/hook"));
    Channel slow =
        new Channel() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public void deliver(Notice notice) {
            if (notice.equals(FAILED) && refused.getCount() > 0) {
              refused.countDown();
              throw new Failure(ErrorCode.NOTICE_FAILED, "refused", "wait");
            }
            hook.deliver(notice);
          }
        };
    try (Notices notices = new Notices(List.of(slow), List.of(Duration.ofSeconds(2)), lost::add)) {
      notices.send(FAILED);
      notices.send(WELL);
      notices.send(other);
      await().atMost(Duration.ofMinutes(1)).until(() -> bodies.size() == 3);
    }
    List<String> kinds =
        bodies.stream()
            .map(body -> JsonMapper.shared().readTree(body))
            .map(body -> body.path("kind").asString() + " " + body.path("reason").asString())
            .toList();
    assertThat(kinds)
        .containsExactly(
            "failure rpo", "failure failed-run/physical", "recovery failed-run/physical");
  }

  /** A library may throw what it does not say. */
  @Test
  void whatNobodyExpectedIsToldAndHoldsNothingUp() {
    Channel hook = Webhook.generic(at("/hook"));
    Channel odd =
        new Channel() {
          @Override
          public String name() {
            return "odd";
          }

          @Override
          public void deliver(Notice notice) {
            if (notice.equals(FAILED)) {
              throw new IllegalStateException("odd");
            }
            hook.deliver(notice);
          }
        };
    try (Notices notices = notices(odd)) {
      notices.send(FAILED);
      notices.send(WELL);
      await().atMost(Duration.ofMinutes(1)).until(() -> bodies.size() == 1);
    }
    assertThat(lost).hasSize(1);
    assertThat(lost.getFirst().what()).contains("odd", "IllegalStateException");
  }

  /** One that is told of, and not ended by anybody, must not hide the next. */
  @Test
  void eachRestoreIsAnIncidentOfItsOwn() {
    Webhook pager = Webhook.pagerDuty(at("/v2/enqueue"), "R0UT1NG");
    for (Instant at : List.of(NIGHT, NIGHT.plusSeconds(60))) {
      pager.deliver(new Notice(Notice.Kind.RESTORE, "prod", "restore", "to 02:00", "", at, "db1"));
    }
    JsonNode first = JsonMapper.shared().readTree(bodies.get(0));
    JsonNode second = JsonMapper.shared().readTree(bodies.get(1));
    assertThat(first.path("event_action").asString()).isEqualTo("trigger");
    assertThat(first.path("dedup_key")).isNotEqualTo(second.path("dedup_key"));
  }

  @Test
  void whoAsksIsToldWhichChannelDidNotTakeIt() {
    List<Failure> failures =
        Notices.tell(
            List.of(
                Webhook.generic(at("/hook")),
                Webhook.slack(URI.create("http://127.0.0.1:1/services/secret"))),
            WELL);
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst().what()).contains("slack at 127.0.0.1").doesNotContain("secret");
    assertThat(bodies).hasSize(1);
  }

  @Test
  void anEMailArrives() throws IOException {
    try (MailReceiver mail = new MailReceiver()) {
      Mail channel =
          new Mail(server(mail, Optional.empty()), "m@db1.example", "a@x.example, b@x.example");
      channel.deliver(FAILED);
      await().atMost(Duration.ofMinutes(1)).until(() -> !mail.messages().isEmpty());
      List<String> lines = new ArrayList<>(mail.commands());
      assertThat(lines).contains("MAIL FROM:<m@db1.example>");
      assertThat(lines).contains("RCPT TO:<a@x.example>", "RCPT TO:<b@x.example>");
      assertThat(mail.messages().getFirst())
          .contains("Subject: mockupaws prod: the last run of physical failed")
          .contains("next: make room")
          .contains("Date: ");
    }
  }

  private static Mail.Server server(MailReceiver mail, Optional<String> password) {
    return new Mail.Server("127.0.0.1", mail.port(), false, password.map(_ -> "u"), password);
  }

  @Test
  void aPasswordIsNeverSentInTheClear() throws IOException {
    try (MailReceiver mail = new MailReceiver()) {
      Mail channel = new Mail(server(mail, Optional.of("hunter2")), "m@db1.example", "a@x.example");
      assertThatThrownBy(() -> channel.deliver(FAILED))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.NOTICE_FAILED);
                assertThat(e.what()).doesNotContain("hunter2");
              });
      assertThat(mail.commands()).noneMatch(line -> line.startsWith("AUTH"));
      assertThat(mail.messages()).isEmpty();
    }
  }

  @Test
  void anAddressThatIsNoneIsRefusedAtTheStart() {
    Mail.Server server = new Mail.Server("h", 25, false, Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> new Mail(server, "m@x.example", "not an address"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
