package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An operator's word that a backup stays, whatever the rules say, until it is taken back.
 *
 * @param reason the operator's; may be empty
 */
public record Hold(BackupId backup, Instant since, String reason) {
  byte[] encode() {
    return JsonMapper.shared()
        .writeValueAsString(
            JsonMapper.shared()
                .createObjectNode()
                .put("since", since.toString())
                .put("reason", reason))
        .getBytes(StandardCharsets.UTF_8);
  }

  static Hold decode(ObjectKey key, byte[] content) {
    try {
      JsonNode node = JsonMapper.shared().readTree(content);
      return new Hold(
          new BackupId(key.fileName()),
          Instant.parse(node.required("since").stringValue()),
          node.required("reason").stringValue());
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no hold");
    }
  }
}
