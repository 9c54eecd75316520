package io.mockupaws.engine.notice;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;

/** A notice by e-mail. */
public final class Mail implements Channel {
  private static final String MILLIS = "10000";

  private final Server server;
  private final String from;
  private final String to;

  /**
   * Where mail is handed in.
   *
   * @param tls from the first byte on (port 465); otherwise TLS is begun where the server offers
   *     it, and demanded before a password is sent
   * @param password a secret
   */
  public record Server(
      String host, int port, boolean tls, Optional<String> user, Optional<String> password) {}

  /**
   * Mail from one address to others.
   *
   * @param to addresses, separated by commas
   * @throws IllegalArgumentException when an address is none
   */
  public Mail(Server server, String from, String to) {
    this.server = server;
    this.from = from;
    this.to = to;
    try {
      if (InternetAddress.parse(to, true).length == 0 || InternetAddress.parse(from).length != 1) {
        throw new IllegalArgumentException("no address");
      }
    } catch (MessagingException e) {
      throw new IllegalArgumentException("not an address", e);
    }
  }

  @Override
  public String name() {
    return "e-mail by " + server.host;
  }

  @Override
  public void deliver(Notice notice) {
    try {
      MimeMessage message = new MimeMessage(session());
      message.setFrom(new InternetAddress(from));
      message.setRecipients(Message.RecipientType.TO, InternetAddress.parse(to));
      message.setSubject(notice.title().replaceAll("\\s+", " "), StandardCharsets.UTF_8.name());
      message.setText(notice.text(), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(notice.at()));
      Transport.send(message);
    } catch (MessagingException e) {
      // What the server says may repeat what was sent: only its kind is told.
      throw new Failure(
          ErrorCode.NOTICE_FAILED,
          "a notice was not delivered by " + name() + ": " + e.getClass().getSimpleName(),
          "see that the mail server can be reached from this host and takes mail of this user");
    }
  }

  private Session session() {
    String protocol = server.tls ? "smtps" : "smtp";
    Properties settings = new Properties();
    settings.put("mail.transport.protocol", protocol);
    settings.put("mail." + protocol + ".host", server.host);
    settings.put("mail." + protocol + ".port", Integer.toString(server.port));
    settings.put("mail." + protocol + ".connectiontimeout", MILLIS);
    settings.put("mail." + protocol + ".timeout", MILLIS);
    settings.put("mail." + protocol + ".writetimeout", MILLIS);
    settings.put("mail." + protocol + ".ssl.checkserveridentity", "true");
    if (!server.tls) {
      settings.put("mail.smtp.starttls.enable", "true");
      settings.put("mail.smtp.starttls.required", Boolean.toString(server.password.isPresent()));
    }
    if (server.user.isEmpty()) {
      return Session.getInstance(settings);
    }
    settings.put("mail." + protocol + ".auth", "true");
    return Session.getInstance(
        settings,
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(server.user.orElse(""), server.password.orElse(""));
          }
        });
  }
}
