package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An operator's word that a backup stays, whatever the rules say, until it is taken back.
 *
 * @param reason the operator's; may be empty
 */
public record Hold(Instant since, String reason) {
  /** The one of an object; a damaged one holds as well. Empty where it was taken back meanwhile. */
  static Optional<Hold> read(ClusterRepository cluster, ObjectInfo object) {
    try {
      return Optional.of(decode(object.key(), cluster.get(object.key(), ObjectKind.RECORD)));
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT) {
        return Optional.of(new Hold(object.modified(), "its record is damaged"));
      }
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  byte[] encode() {
    return JsonMapper.shared()
        .writeValueAsString(
            JsonMapper.shared()
                .createObjectNode()
                .put("since", since.toString())
                .put("reason", reason))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Hold decode(ObjectKey key, byte[] content) {
    try {
      JsonNode node = JsonMapper.shared().readTree(content);
      return new Hold(
          Instant.parse(node.required("since").stringValue()),
          node.required("reason").stringValue());
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no hold");
    }
  }
}
