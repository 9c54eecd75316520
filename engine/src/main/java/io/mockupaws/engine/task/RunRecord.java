package io.mockupaws.engine.task;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.LeaseHolder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The two objects of a run, of which the second comes when it ends. */
sealed interface RunRecord {

  /** A run begins. */
  record Begun(Instant at, LeaseHolder holder) implements RunRecord {
    byte[] encode() {
      return json(
          JsonMapper.shared()
              .createObjectNode()
              .put("at", at.toString())
              .put("host", holder.host())
              .put("place", holder.place())
              .put("pid", holder.pid())
              .put("started", holder.started()));
    }

    static Begun decode(ObjectKey key, byte[] content) {
      try {
        JsonNode node = JsonMapper.shared().readTree(content);
        return new Begun(
            Instant.parse(node.required("at").stringValue()),
            new LeaseHolder(
                node.required("host").stringValue(),
                node.required("place").stringValue(),
                node.required("pid").longValue(),
                node.required("started").longValue()));
      } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
        throw FrameReader.damaged(key, "it is no beginning of a run");
      }
    }
  }

  /**
   * It ended.
   *
   * @param failures how many runs of the task had failed by then, this one included; 0 of one that
   *     did not fail
   */
  record Ended(
      Instant at, List<String> made, long bytes, Optional<TaskRun.RunError> error, long failures)
      implements RunRecord {

    static Ended of(Instant at, RunOutcome outcome, long failures) {
      return new Ended(
          at, outcome.made(), outcome.bytes(), outcome.failure().map(Ended::error), failures);
    }

    private static TaskRun.RunError error(Failure failure) {
      return new TaskRun.RunError(failure.code().code(), failure.what(), failure.nextStep());
    }

    byte[] encode() {
      ObjectNode node =
          JsonMapper.shared().createObjectNode().put("at", at.toString()).put("bytes", bytes);
      ArrayNode names = node.putArray("made");
      made.forEach(names::add);
      error.ifPresent(
          e ->
              node.put("code", e.code())
                  .put("what", e.what())
                  .put("next", e.next())
                  .put("failures", failures));
      return json(node);
    }

    static Ended decode(ObjectKey key, byte[] content) {
      try {
        JsonNode node = JsonMapper.shared().readTree(content);
        Optional<TaskRun.RunError> error =
            node.has("code")
                ? Optional.of(
                    new TaskRun.RunError(
                        node.required("code").stringValue(),
                        node.required("what").stringValue(),
                        node.required("next").stringValue()))
                : Optional.empty();
        return new Ended(
            Instant.parse(node.required("at").stringValue()),
            StreamSupport.stream(node.required("made").spliterator(), false)
                .map(JsonNode::stringValue)
                .toList(),
            node.required("bytes").longValue(),
            error,
            error.isPresent() ? node.required("failures").longValue() : 0);
      } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
        throw FrameReader.damaged(key, "it is no end of a run");
      }
    }
  }

  private static byte[] json(ObjectNode node) {
    return JsonMapper.shared().writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
  }
}
