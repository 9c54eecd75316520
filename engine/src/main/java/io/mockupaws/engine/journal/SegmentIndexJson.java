package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import io.mockupaws.core.wal.RecordSpan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A segment index as JSON ({@code docs/FORMAT.md}). Positions are written as PostgreSQL writes
 * them, times as microseconds since 2000-01-01 UTC.
 */
final class SegmentIndexJson {
  static final int FORMAT = 1;

  private static final JsonMapper JSON = JsonMapper.shared();

  private SegmentIndexJson() {}

  static byte[] encode(SegmentIndex index) {
    ObjectNode node = JSON.createObjectNode().put("format", FORMAT).put("length", index.length());
    index.first().ifPresent(span -> span(node.putArray("first"), span));
    index.last().ifPresent(span -> span(node.putArray("last"), span));
    index.open().ifPresent(lsn -> node.put("open", lsn.toString()));
    index.firstCommit().ifPresent(commit -> commit(node.putObject("firstCommit"), commit));
    index.lastCommit().ifPresent(commit -> commit(node.putObject("lastCommit"), commit));
    node.put("commits", index.commits());
    index.latestEnd().ifPresent(time -> node.put("latestEnd", PgTimestamp.toMicros(time)));
    index
        .latestEndSoFar()
        .ifPresent(time -> node.put("latestEndSoFar", PgTimestamp.toMicros(time)));
    index
        .endedXids()
        .ifPresent(xids -> node.putArray("endedXids").add(xids.lowest()).add(xids.highest()));
    node.put("commitsSoFar", index.commitsSoFar());
    ArrayNode notables = node.putArray("notables");
    for (Notable notable : index.notables()) {
      notables
          .addObject()
          .put("kind", notable.kind().name())
          .put("start", notable.start().toString())
          .put("detail", notable.detail());
    }
    index.damage().ifPresent(lsn -> node.put("damage", lsn.toString()));
    return JSON.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
  }

  private static void span(ArrayNode node, RecordSpan span) {
    node.add(span.start().toString()).add(span.end().toString());
  }

  private static void commit(ObjectNode node, Commit commit) {
    node.put("time", PgTimestamp.toMicros(commit.time()))
        .put("xid", commit.xid())
        .put("start", commit.start().toString())
        .put("end", commit.end().toString());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param name of the object, for messages
   */
  static SegmentIndex decode(String name, byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      int format = node.path("format").asInt(0);
      if (format != FORMAT) {
        throw new Failure(
            ErrorCode.UNKNOWN_FORMAT,
            "the index of " + name + " has format " + format,
            "Use a release of mockupaws that knows this format.");
      }
      return index(node);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new Failure(
          ErrorCode.DAMAGED_OBJECT,
          "the index of " + name + " cannot be read",
          "Restore the object from another copy of the repository.",
          e);
    }
  }

  private static SegmentIndex index(JsonNode node) {
    List<Notable> notables = new ArrayList<>();
    for (JsonNode notable : node.path("notables")) {
      notables.add(
          new Notable(
              Notable.Kind.valueOf(notable.required("kind").stringValue()),
              lsn(notable.required("start")),
              notable.required("detail").stringValue()));
    }
    return new SegmentIndex(
        node.required("length").intValue(),
        optional(node, "first", SegmentIndexJson::span),
        optional(node, "last", SegmentIndexJson::span),
        optional(node, "open", SegmentIndexJson::lsn),
        optional(node, "firstCommit", SegmentIndexJson::commit),
        optional(node, "lastCommit", SegmentIndexJson::commit),
        node.required("commits").longValue(),
        optional(node, "latestEnd", SegmentIndexJson::time),
        optional(node, "latestEndSoFar", SegmentIndexJson::time),
        optional(node, "endedXids", SegmentIndexJson::xids),
        node.required("commitsSoFar").longValue(),
        notables,
        optional(node, "damage", SegmentIndexJson::lsn));
  }

  private static <T> Optional<T> optional(
      JsonNode node, String name, Function<JsonNode, T> reader) {
    JsonNode value = node.path(name);
    return value.isMissingNode() ? Optional.empty() : Optional.of(reader.apply(value));
  }

  private static RecordSpan span(JsonNode node) {
    return new RecordSpan(lsn(node.path(0)), lsn(node.path(1)));
  }

  private static Commit commit(JsonNode node) {
    return new Commit(
        time(node.required("time")),
        node.required("xid").longValue(),
        lsn(node.required("start")),
        lsn(node.required("end")));
  }

  private static XidRange xids(JsonNode node) {
    return new XidRange(node.required(0).longValue(), node.required(1).longValue());
  }

  private static Lsn lsn(JsonNode node) {
    return Lsn.parse(node.stringValue());
  }

  private static Instant time(JsonNode node) {
    return PgTimestamp.toInstant(node.longValue());
  }
}
