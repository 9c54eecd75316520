package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is kept of something that was read and is whole.
 *
 * @param identity of the objects that were read
 * @param at when
 */
record CheckedNote(String identity, Instant at, Shown shown) {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * What must be known of it to judge its neighbours.
   *
   * @param pieces of files that other packs have more of
   * @param parts of pages that a pack's end has cut
   * @param again of a segment: where reading begins again to go on behind it, or empty
   */
  record Shown(List<FilePiece> pieces, List<PagePart> parts, String again) {
    Shown {
      pieces = List.copyOf(pieces);
      parts = List.copyOf(parts);
    }
  }

  /** A checksum of a part of a file, by the file's number in the manifest. */
  record FilePiece(int file, long offset, long length, int crc) {}

  /** Some bytes of a page. */
  record PagePart(int file, long page, int from, String base64) {
    static PagePart of(int file, long page, int from, byte[] bytes) {
      return new PagePart(file, page, from, Base64.getEncoder().encodeToString(bytes));
    }

    byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }
  }

  byte[] encode() {
    ObjectNode node =
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("identity", identity)
            .put("at", at.toString())
            .put("again", shown.again());
    ArrayNode pieces = node.putArray("pieces");
    for (FilePiece piece : shown.pieces()) {
      pieces.addArray().add(piece.file).add(piece.offset).add(piece.length).add(piece.crc);
    }
    ArrayNode parts = node.putArray("parts");
    for (PagePart part : shown.parts()) {
      parts.addArray().add(part.file).add(part.page).add(part.from).add(part.base64);
    }
    return JSON.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws Failure DAMAGED_OBJECT
   */
  static CheckedNote decode(ObjectKey key, byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node.path("format").asInt(0) != FORMAT) {
        throw FrameReader.damaged(key, "it has another format");
      }
      List<FilePiece> pieces = new ArrayList<>();
      for (JsonNode piece : node.required("pieces")) {
        pieces.add(
            new FilePiece(
                piece.required(0).intValue(),
                piece.required(1).longValue(),
                piece.required(2).longValue(),
                piece.required(3).intValue()));
      }
      List<PagePart> parts = new ArrayList<>();
      for (JsonNode part : node.required("parts")) {
        parts.add(
            new PagePart(
                part.required(0).intValue(),
                part.required(1).longValue(),
                part.required(2).intValue(),
                part.required(3).stringValue()));
      }
      return new CheckedNote(
          node.required("identity").stringValue(),
          Instant.parse(node.required("at").stringValue()),
          new Shown(pieces, parts, node.required("again").stringValue()));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw FrameReader.damaged(key, "it cannot be read");
    }
  }
}
