package io.mockupaws.core.format;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a backup that is not finished says of a pack it has stored, so that a later one can take it
 * over. It is no promise: nothing refers to it, and a finished backup has none.
 *
 * @param attempt during which conditions the pack was written
 * @param number the pack's number in its backup, by which runs name it
 * @param files those whose last byte lies in this pack; all their packs have notes
 */
public record BackupNote(Attempt attempt, int number, PackTable pack, List<FileEntry> files) {
  private static final int FORMAT = 1;
  private static final String NOTE = "note";
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * A backup that has begun.
   *
   * @param start where replay would begin
   * @param serverStarted when the server's process began: another one may have had its files
   *     changed without a trace in the WAL
   * @param serverVersion {@code server_version_num}
   * @param fromStandby whether the server was a standby
   */
  public record Attempt(
      BackupId id,
      long systemIdentifier,
      Timeline timeline,
      Lsn start,
      Instant serverStarted,
      int serverVersion,
      int blockSize,
      boolean dataChecksums,
      boolean fromStandby) {
    public Attempt {
      requireNonNull(id, "id is null");
      requireNonNull(start, "start is null");
    }
  }

  public BackupNote {
    requireNonNull(attempt, "attempt is null");
    files = List.copyOf(files);
  }

  /** Lines of JSON, as docs/FORMAT.md has them. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder();
    line(text, head());
    line(text, ManifestLines.pack(number, pack));
    files.forEach(file -> line(text, ManifestLines.file(file)));
    line(text, ManifestLines.end(1, 0, files.size()));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode head() {
    ObjectNode node = JSON.createObjectNode().put("t", NOTE).put("format", FORMAT);
    node.put("id", attempt.id().value());
    node.put("system", Long.toUnsignedString(attempt.systemIdentifier()));
    node.put("timeline", Integer.toUnsignedLong(attempt.timeline().id()));
    node.put("start", attempt.start().toString());
    node.put("serverStarted", attempt.serverStarted().toString());
    node.put("version", attempt.serverVersion()).put("blockSize", attempt.blockSize());
    node.put("checksums", attempt.dataChecksums()).put("standby", attempt.fromStandby());
    return node;
  }

  private static void line(StringBuilder text, ObjectNode node) {
    text.append(ManifestLines.text(node)).append('\n');
  }

  /**
   * Reads one.
   *
   * @param key for messages
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT, also for a format of a later release
   */
  public static BackupNote decode(ObjectKey key, byte[] content) {
    try {
      List<JsonNode> lines =
          new String(content, StandardCharsets.UTF_8).lines().map(ManifestLines::parse).toList();
      JsonNode head = lines.getFirst();
      JsonNode pack = lines.get(1);
      if (head.path("format").asInt(0) != FORMAT
          || lines.getLast().path("files").asInt(-1) != lines.size() - 3) {
        throw FrameReader.damaged(key, "it is no note that this release reads");
      }
      List<FileEntry> files = new ArrayList<>();
      lines.subList(2, lines.size() - 1).forEach(line -> files.add(ManifestLines.file(line)));
      int number = pack.required("n").intValue();
      return new BackupNote(attempt(head), number, ManifestLines.pack(pack), files);
    } catch (JacksonException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw FrameReader.damaged(key, "its content cannot be read");
    } catch (java.util.NoSuchElementException e) {
      throw FrameReader.damaged(key, "it is empty");
    }
  }

  private static Attempt attempt(JsonNode head) {
    return new Attempt(
        new BackupId(ManifestLines.text(head, "id")),
        Long.parseUnsignedLong(ManifestLines.text(head, "system")),
        new Timeline((int) head.required("timeline").longValue()),
        Lsn.parse(ManifestLines.text(head, "start")),
        Instant.parse(ManifestLines.text(head, "serverStarted")),
        head.required("version").intValue(),
        head.required("blockSize").intValue(),
        head.required("checksums").booleanValue(),
        head.required("standby").booleanValue());
  }
}
