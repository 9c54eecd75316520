package io.mockupaws.engine.objective;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one recovery took, from the command to a server that took connections.
 *
 * @param at when the server took connections
 * @param host on which it was
 * @param backup it began with
 * @param bytes of the cluster's files, WAL apart
 * @param fetchedBytes of these, those that were not in the target before
 * @param files the time until the server was started: choosing, fetching, writing, forcing
 * @param replayedBytes of WAL
 * @param replay the time from then until it took connections
 * @param lost how much older its last commit is than the newest one in the repository
 */
public record Measurement(
    Instant at,
    String host,
    BackupId backup,
    long bytes,
    long fetchedBytes,
    Duration files,
    long replayedBytes,
    Duration replay,
    Duration lost) {

  /** The measured recovery time. */
  public Duration recoveryTime() {
    return files.plus(replay);
  }

  byte[] encode() {
    return JsonMapper.shared()
        .writeValueAsString(
            JsonMapper.shared()
                .createObjectNode()
                .put("at", at.toString())
                .put("host", host)
                .put("backup", backup.value())
                .put("bytes", bytes)
                .put("fetchedBytes", fetchedBytes)
                .put("filesMillis", files.toMillis())
                .put("replayedBytes", replayedBytes)
                .put("replayMillis", replay.toMillis())
                .put("lostMillis", lost.toMillis()))
        .getBytes(StandardCharsets.UTF_8);
  }

  static Measurement decode(ObjectKey key, byte[] content) {
    try {
      JsonNode node = JsonMapper.shared().readTree(content);
      return new Measurement(
          Instant.parse(node.required("at").stringValue()),
          node.required("host").stringValue(),
          new BackupId(node.required("backup").stringValue()),
          node.required("bytes").longValue(),
          node.required("fetchedBytes").longValue(),
          Duration.ofMillis(node.required("filesMillis").longValue()),
          node.required("replayedBytes").longValue(),
          Duration.ofMillis(node.required("replayMillis").longValue()),
          Duration.ofMillis(node.required("lostMillis").longValue()));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no measurement of a recovery");
    }
  }
}
