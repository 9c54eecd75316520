package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The object {@code clusters/NAME/cluster}: that a cluster is kept here, and which. */
final class ClusterRecord {
  private ClusterRecord() {}

  static ObjectKey key(String name) {
    return ObjectKey.of(Repository.CLUSTERS + name + "/cluster");
  }

  static byte[] encode(ClusterIdentity identity) {
    return JsonMapper.shared()
        .writeValueAsString(
            JsonMapper.shared()
                .createObjectNode()
                .put("name", identity.name())
                .put("system", Long.toUnsignedString(identity.systemIdentifier()))
                .put("major", identity.serverMajor())
                .put("walSegmentSize", identity.walSegmentSize())
                .put("createdAt", identity.createdAt().toString()))
        .getBytes(StandardCharsets.UTF_8);
  }

  static ClusterIdentity read(SealedObjects objects, String name) {
    byte[] bytes = objects.get(key(name), ObjectKind.RECORD);
    try {
      JsonNode node = JsonMapper.shared().readTree(bytes);
      return new ClusterIdentity(
          node.required("name").stringValue(),
          Long.parseUnsignedLong(node.required("system").stringValue()),
          node.required("major").intValue(),
          node.required("walSegmentSize").intValue(),
          Instant.parse(node.required("createdAt").stringValue()));
    } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
      throw FrameReader.damaged(key(name), "it is no cluster's record");
    }
  }
}
