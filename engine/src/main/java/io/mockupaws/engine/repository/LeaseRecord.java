package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One word of a holder: I hold the lease for another {@code term}, or I let go.
 *
 * @param token random, one a lease
 */
record LeaseRecord(String token, LeaseHolder holder, Duration term, boolean released) {

  byte[] encode() {
    return JsonMapper.shared()
        .writeValueAsString(
            JsonMapper.shared()
                .createObjectNode()
                .put("token", token)
                .put("host", holder.host())
                .put("place", holder.place())
                .put("pid", holder.pid())
                .put("started", holder.started())
                .put("termMillis", term.toMillis())
                .put("released", released))
        .getBytes(StandardCharsets.UTF_8);
  }

  static LeaseRecord decode(ObjectKey key, byte[] bytes) {
    try {
      JsonNode node = JsonMapper.shared().readTree(bytes);
      return new LeaseRecord(
          node.required("token").stringValue(),
          new LeaseHolder(
              node.required("host").stringValue(),
              node.required("place").stringValue(),
              node.required("pid").longValue(),
              node.required("started").longValue()),
          Duration.ofMillis(node.required("termMillis").longValue()),
          node.required("released").booleanValue());
    } catch (JacksonException e) {
      throw FrameReader.damaged(key, "it is no lease");
    }
  }
}
