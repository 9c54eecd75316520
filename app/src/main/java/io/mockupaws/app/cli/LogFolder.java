package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a command leaves files beside the log: in {@code BACKUP_LOG_DIR}, else in the spool. They
 * are for their owner alone.
 */
final class LogFolder {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Session session;
  private final Path folder;

  /**
   * @param inSpool the folder's name where it lies in the spool
   */
  LogFolder(Session session, Config config, String inSpool) {
    this.session = session;
    this.folder = session.logFolder().orElseGet(() -> config.repository().spool().resolve(inSpool));
  }

  /** Where a file of that name lies, or would. */
  Path place(String name) {
    return folder.resolve(name);
  }

  /**
   * Writes a file that is not there yet.
   *
   * @throws Failure what a store fails with
   */
  Path write(String name, String text) {
    try (Store place = session.parts().openFolder(folder)) {
      place.create(ObjectKey.of(name), text.getBytes(StandardCharsets.UTF_8));
      return place(name);
    }
  }

  /** As {@link #write}, a value as JSON. */
  Path writeJson(String name, Object value) {
    return write(name, JSON.writeValueAsString(value));
  }
}
