package io.mockupaws.app.config;

import io.mockupaws.engine.notice.Channel;
import io.mockupaws.engine.notice.Mail;
import io.mockupaws.engine.notice.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * By which ways people are told, from the environment alone: an address of Slack, and a key of
 * PagerDuty, are secrets.
 */
final class NoticeChoice {
  static final String WEBHOOK = "BACKUP_NOTICE_WEBHOOK";
  static final String SLACK = "BACKUP_NOTICE_SLACK";
  static final String PAGERDUTY = "BACKUP_NOTICE_PAGERDUTY";
  static final String PAGERDUTY_PLACE = "BACKUP_NOTICE_PAGERDUTY_URL";
  static final String MAIL_TO = "BACKUP_NOTICE_MAIL_TO";
  static final String MAIL_FROM = "BACKUP_NOTICE_MAIL_FROM";
  static final String SMTP = "BACKUP_SMTP_URL";
  private static final int SUBMISSION = 587;
  private static final int SUBMISSIONS = 465;

  private final Map<String, String> environment;
  private final Problems problems;

  NoticeChoice(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  List<Channel> channels() {
    List<Channel> channels = new ArrayList<>();
    address(WEBHOOK).map(Webhook::generic).ifPresent(channels::add);
    address(SLACK).map(Webhook::slack).ifPresent(channels::add);
    text(PAGERDUTY)
        .map(key -> Webhook.pagerDuty(address(PAGERDUTY_PLACE).orElse(Webhook.PAGERDUTY), key))
        .ifPresent(channels::add);
    text(MAIL_TO).flatMap(this::mail).ifPresent(channels::add);
    return channels;
  }

  private Optional<String> text(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(t -> !t.isEmpty());
  }

  private Optional<URI> address(String variable) {
    return parsed(
        variable,
        "an address such as https://hooks.example.net/T0",
        text -> {
          URI address = new URI(text);
          boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
          if (!web || address.getHost() == null) {
            throw new IllegalArgumentException();
          }
          return address;
        });
  }

  /** Reads a text; it may be a secret, and a message does not repeat it. */
  private <T> Optional<T> parsed(String variable, String expected, Reading<T> reading) {
    return text(variable)
        .flatMap(
            text -> {
              try {
                return Optional.of(reading.read(text));
              } catch (URISyntaxException | IllegalArgumentException e) {
                problems.wrong(variable, "expected " + expected);
                return Optional.empty();
              }
            });
  }

  private interface Reading<T> {
    T read(String text) throws URISyntaxException;
  }

  private Optional<Channel> mail(String to) {
    if (text(SMTP).isEmpty()) {
      problems.missing(SMTP, "not set: where e-mail is handed in, smtp://user:pass@host:587");
      return Optional.empty();
    }
    String from = text(MAIL_FROM).orElse("mockupaws@localhost");
    return parsed(
            SMTP, "smtp://user:pass@host:587 or smtps://user:pass@host:465", NoticeChoice::server)
        .flatMap(
            server ->
                parsed(
                    MAIL_TO,
                    "addresses separated by commas; " + MAIL_FROM + " is one address",
                    _ -> new Mail(server, from, to)));
  }

  private static Mail.Server server(String text) throws URISyntaxException {
    URI address = new URI(text);
    boolean tls = "smtps".equals(address.getScheme());
    if ((!tls && !"smtp".equals(address.getScheme())) || address.getHost() == null) {
      throw new IllegalArgumentException();
    }
    Optional<String[]> login =
        Optional.ofNullable(address.getUserInfo()).map(info -> info.split(":", 2));
    Function<Integer, Optional<String>> part =
        at -> login.filter(parts -> parts.length > at).map(parts -> parts[at]);
    int port = address.getPort() > 0 ? address.getPort() : tls ? SUBMISSIONS : SUBMISSION;
    return new Mail.Server(address.getHost(), port, tls, part.apply(0), part.apply(1));
  }
}
