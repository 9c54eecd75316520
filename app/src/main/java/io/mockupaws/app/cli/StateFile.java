package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Keeps what was there before a restore, beside the log. */
final class StateFile {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'restore_'uuuuMMdd'_'HHmmssSSS'_before.json'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Session session;
  private final Config config;

  StateFile(Session session, Config config) {
    this.session = session;
    this.config = config;
  }

  /** What is written. */
  private record Content(Instant recordedAt, Object state) {}

  /** Writes it; where that cannot be, it says so. */
  Checked write(Object state) {
    Instant now = session.now();
    try {
      LogFolder folder = new LogFolder(session, config, "restores");
      return Checked.ok(
          CheckItem.STATE,
          "recorded in " + folder.writeJson(NAME.format(now), new Content(now, state)));
    } catch (Failure e) {
      return Checked.unknown(CheckItem.STATE, "what is there is not on record: " + e.what());
    }
  }
}
