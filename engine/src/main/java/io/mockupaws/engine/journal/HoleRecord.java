package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The object that records a hole: which, in its key; why and when it was noticed, inside. */
record HoleRecord(Hole hole, Instant noticed) {
  private static final Pattern NAME =
      Pattern.compile("([0-9A-F]{8})-([0-9A-F]{16})-([0-9A-F]{16})");

  byte[] encode() {
    JsonMapper json = JsonMapper.shared();
    return json.writeValueAsString(
            json.createObjectNode()
                .put("kind", hole.kind().name())
                .put("reason", hole.reason())
                .put("noticed", noticed.toString()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The hole that a key names, without its reason; empty for a key of another form. */
  static Optional<Hole> named(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Lsn from = new Lsn(Long.parseUnsignedLong(matcher.group(2), 16));
    Lsn to = new Lsn(Long.parseUnsignedLong(matcher.group(3), 16));
    int timeline = Integer.parseUnsignedInt(matcher.group(1), 16);
    return timeline == 0 || !from.isBefore(to)
        ? Optional.empty()
        : Optional.of(new Hole(new Timeline(timeline), from, to, Hole.Kind.MISSING, ""));
  }

  /** Joins what the key and the content say. */
  static Hole decode(Hole named, byte[] content) {
    JsonNode node = JsonMapper.shared().readTree(content);
    return new Hole(
        named.timeline(),
        named.from(),
        named.to(),
        Hole.Kind.valueOf(node.required("kind").stringValue()),
        node.required("reason").stringValue());
  }
}
