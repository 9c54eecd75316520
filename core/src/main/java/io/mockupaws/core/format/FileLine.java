package io.mockupaws.core.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * A manifest's line of a file, read token by token. There are millions of them, and a restore reads
 * them twice: a tree of nodes for each would take most of the time until its first byte.
 */
final class FileLine {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** How our writer begins such a line. */
  private static final String BEGIN = "{\"t\":\"" + ManifestLines.FILE + "\",";

  /** Of every field but the checksum, which not every file has. */
  private static final int ALL = 0b101111;

  private String path = "";
  private FileEntry.Origin origin = FileEntry.Origin.DATA;
  private long size;
  private int mode;
  private Instant modified = Instant.EPOCH;
  private OptionalInt crc32c = OptionalInt.empty();
  private List<Run> runs = List.of();
  private int found;

  private FileLine() {}

  /** Whether it is known to be one; another order of fields is found out by a tree. */
  static boolean isOne(String line) {
    return line.startsWith(BEGIN);
  }

  /**
   * Reads it; fields of an unknown name are passed over.
   *
   * @throws tools.jackson.core.JacksonException when it is no JSON
   * @throws IllegalArgumentException when a field is missing or of another type
   */
  static FileEntry read(String line) {
    FileLine read = new FileLine();
    try (JsonParser parser = JSON.createParser(line)) {
      expect(parser, JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        read.field(parser, parser.currentName());
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new IllegalArgumentException("it is not one object");
      }
    }
    if (read.found != ALL) {
      throw new IllegalArgumentException("a field of a file is missing");
    }
    return new FileEntry(
        read.path, read.origin, read.size, read.mode, read.modified, read.crc32c, read.runs);
  }

  private void field(JsonParser parser, String name) {
    switch (name) {
      case "p" -> {
        expect(parser, JsonToken.VALUE_STRING);
        path = parser.getString();
        found |= 1;
      }
      case "external" -> {
        parser.nextToken();
        parser.skipChildren();
        origin = FileEntry.Origin.EXTERNAL;
      }
      case "s" -> {
        size = number(parser);
        found |= 1 << 1;
      }
      case "m" -> {
        mode = small(parser);
        found |= 1 << 2;
      }
      case "u" -> {
        modified = Instant.ofEpochMilli(number(parser));
        found |= 1 << 3;
      }
      case "c" -> {
        expect(parser, JsonToken.VALUE_STRING);
        crc32c = OptionalInt.of(Integer.parseUnsignedInt(parser.getString(), 16));
      }
      case "r" -> {
        runs = runs(parser);
        found |= 1 << 5;
      }
      default -> {
        parser.nextToken();
        parser.skipChildren();
      }
    }
  }

  private static List<Run> runs(JsonParser parser) {
    expect(parser, JsonToken.START_ARRAY);
    List<Run> runs = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      long offset = number(parser);
      long length = number(parser);
      int pack = small(parser);
      int frame = small(parser);
      int frameOffset = small(parser);
      runs.add(new Run(offset, length, pack, frame, frameOffset));
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
      }
    }
    return runs;
  }

  private static long number(JsonParser parser) {
    expect(parser, JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  private static int small(JsonParser parser) {
    long number = number(parser);
    if (number != (int) number) {
      throw new IllegalArgumentException("a number of a file is too great");
    }
    return (int) number;
  }

  private static void expect(JsonParser parser, JsonToken token) {
    if (parser.nextToken() != token) {
      throw new IllegalArgumentException("a field of a file has another type");
    }
  }
}
