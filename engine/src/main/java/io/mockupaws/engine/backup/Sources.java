package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import java.nio.file.Path;
import java.util.Optional;

/** Chooses how the cluster's files are read. */
final class Sources {
  private Sources() {}

  /**
   * The choice.
   *
   * @param reason why files are not read directly; empty where they are, or SQL was asked for
   */
  record Choice(FileSource source, String reason) {}

  /**
   * Chooses.
   *
   * @throws Failure LOCAL_FILE when direct reads were demanded and are not possible
   */
  static Choice choose(BackupRequest.Reading reading, ServerSession held, ServerFacts facts) {
    SqlSource sql = new SqlSource(held, facts);
    if (reading == BackupRequest.Reading.SQL) {
      return new Choice(sql, "");
    }
    Optional<String> obstacle;
    try (FileReader server = sql.reader()) {
      obstacle = DirectAccess.obstacle(facts, server);
    }
    if (obstacle.isEmpty()) {
      return new Choice(new DirectSource(Path.of(facts.dataDirectory())), "");
    }
    if (reading == BackupRequest.Reading.DIRECT) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "files cannot be read directly: " + obstacle.get(),
          "run on the server's host as the user who owns the data directory, or read over SQL");
    }
    return new Choice(sql, obstacle.get());
  }
}
