package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps what was there before a restore, beside the log: in {@code BACKUP_LOG_DIR}, else in the
 * spool. For its owner alone.
 */
final class StateFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
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
    Path folder =
        session.logFolder().orElseGet(() -> config.repository().spool().resolve("restores"));
    Instant now = session.now();
    String name = NAME.format(now);
    try (Store place = session.parts().openFolder(folder)) {
      place.create(
          ObjectKey.of(name),
          JSON.writeValueAsString(new Content(now, state)).getBytes(StandardCharsets.UTF_8));
      return Checked.ok(CheckItem.STATE, "recorded in " + folder.resolve(name));
    } catch (Failure e) {
      return Checked.unknown(CheckItem.STATE, "what is there is not on record: " + e.what());
    }
  }
}
