package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one cleanup set out to do, kept before it changes anything.
 *
 * @param at when it began
 * @param newest when the newest good backup that it saw ended: the next cleanup lets a backup
 *     expire only when there is a newer one
 * @param newestDump when the newest dump of a database that it saw began; the same for dumps
 * @param expired the backups that it was to let expire
 * @param expiredDumps the names of the dumps that it was to let expire
 * @param objects that it was to remove
 * @param bytes of these
 */
public record CleanupRecord(
    Instant at,
    Instant newest,
    Instant newestDump,
    List<BackupId> expired,
    List<String> expiredDumps,
    long objects,
    long bytes) {
  public CleanupRecord {
    expired = List.copyOf(expired);
    expiredDumps = List.copyOf(expiredDumps);
  }

  byte[] encode() {
    ObjectNode node =
        JsonMapper.shared()
            .createObjectNode()
            .put("at", at.toString())
            .put("newest", newest.toString())
            .put("newestDump", newestDump.toString())
            .put("objects", objects)
            .put("bytes", bytes);
    ArrayNode names = node.putArray("expired");
    expired.forEach(id -> names.add(id.value()));
    ArrayNode dumps = node.putArray("expiredDumps");
    expiredDumps.forEach(dumps::add);
    return JsonMapper.shared().writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
  }

  static CleanupRecord decode(ObjectKey key, byte[] content) {
    try {
      JsonNode node = JsonMapper.shared().readTree(content);
      return new CleanupRecord(
          Instant.parse(node.required("at").stringValue()),
          Instant.parse(node.required("newest").stringValue()),
          // Cleanups before dumps were part of them say nothing of dumps.
          Instant.parse(node.path("newestDump").asString(Instant.EPOCH.toString())),
          StreamSupport.stream(node.required("expired").spliterator(), false)
              .map(name -> new BackupId(name.stringValue()))
              .toList(),
          StreamSupport.stream(node.path("expiredDumps").spliterator(), false)
              .map(JsonNode::stringValue)
              .toList(),
          node.required("objects").longValue(),
          node.required("bytes").longValue());
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no record of a cleanup");
    }
  }
}
