package io.mockupaws.core.history;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The names in a cluster's databases at one moment, so that the WAL's numbers can be named. OIDs
 * and files' numbers are 32 bits, unsigned.
 *
 * @param databases all of them by OID, also those that could not be looked into
 * @param cut whether there were more relations than are kept
 */
public record CatalogueSnapshot(List<DatabaseNames> databases, boolean cut) {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * One database.
   *
   * @param read whether its schemas and relations are here
   */
  public record DatabaseNames(
      int oid, String name, boolean read, List<Schema> schemas, List<Named> relations) {
    public DatabaseNames {
      schemas = List.copyOf(schemas);
      relations = List.copyOf(relations);
    }
  }

  /** A schema. */
  public record Schema(int oid, String name) {}

  /**
   * A relation.
   *
   * @param schema its schema's OID
   * @param file the number of its file; 0: none
   * @param tablespace of the file, 0: the database's
   * @param kind {@code relkind}
   */
  public record Named(int oid, String name, int schema, int file, int tablespace, char kind) {}

  public CatalogueSnapshot {
    databases = List.copyOf(databases);
  }

  /** Lines of JSON, as docs/FORMAT.md has them; equal names give equal bytes. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ObjectNode head = line("catalogue").put("format", FORMAT);
    if (cut) {
      head.put("cut", true);
    }
    write(out, head);
    for (DatabaseNames database : databases) {
      write(
          out,
          line("database")
              .put("o", unsigned(database.oid()))
              .put("n", database.name())
              .put("read", database.read()));
      for (Schema schema : database.schemas()) {
        write(out, line("schema").put("o", unsigned(schema.oid())).put("n", schema.name()));
      }
      database.relations().forEach(relation -> write(out, line(relation)));
    }
    write(out, line("end").put("databases", databases.size()));
    return out.toByteArray();
  }

  private static ObjectNode line(Named relation) {
    ObjectNode line =
        line("relation")
            .put("o", unsigned(relation.oid()))
            .put("n", relation.name())
            .put("s", unsigned(relation.schema()))
            .put("k", String.valueOf(relation.kind()));
    if (relation.file() != 0) {
      line.put("f", unsigned(relation.file()));
    }
    if (relation.tablespace() != 0) {
      line.put("ts", unsigned(relation.tablespace()));
    }
    return line;
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  private static ObjectNode line(String sort) {
    return JSON.createObjectNode().put("t", sort);
  }

  private static void write(ByteArrayOutputStream out, ObjectNode line) {
    out.writeBytes(JSON.writeValueAsBytes(line));
    out.write('\n');
  }

  /**
   * Reads what {@link #encode} wrote; lines of a sort that is not known are passed over.
   *
   * @param name of the object, for messages
   * @throws Failure DAMAGED_OBJECT, UNKNOWN_FORMAT
   */
  public static CatalogueSnapshot decode(String name, byte[] bytes) {
    Reading reading = new Reading();
    try {
      new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .map(JSON::readTree)
          .forEach(line -> reading.line(name, line));
    } catch (JacksonException | StringIndexOutOfBoundsException e) {
      throw damaged(name, e);
    }
    if (!reading.ended) {
      throw damaged(name, new IllegalStateException("no end"));
    }
    return new CatalogueSnapshot(reading.databases, reading.cut);
  }

  private static Failure damaged(String name, Exception cause) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the object " + name + " is authentic and cannot be understood",
        "Report this as a defect; names are then taken from other objects of its kind.",
        cause);
  }

  private static final class Reading {
    private final List<DatabaseNames> databases = new ArrayList<>();
    private List<Schema> schemas = new ArrayList<>();
    private List<Named> relations = new ArrayList<>();
    private Optional<JsonNode> database = Optional.empty();
    private boolean cut;
    private boolean ended;

    void line(String name, JsonNode line) {
      switch (line.path("t").stringValue("")) {
        case "catalogue" -> {
          if (line.path("format").intValue(0) != FORMAT) {
            throw new Failure(
                ErrorCode.UNKNOWN_FORMAT,
                "the object " + name + " was written by a later release",
                "Use that release.");
          }
          cut = line.path("cut").booleanValue(false);
        }
        case "database" -> {
          close();
          database = Optional.of(line);
        }
        case "schema" -> schemas.add(new Schema(i32(line, "o"), text(line, "n")));
        case "relation" ->
            relations.add(
                new Named(
                    i32(line, "o"),
                    text(line, "n"),
                    i32(line, "s"),
                    i32(line, "f"),
                    i32(line, "ts"),
                    text(line, "k").charAt(0)));
        case "end" -> {
          close();
          ended = true;
        }
        default -> {} // of a later release
      }
    }

    private void close() {
      database.ifPresent(
          line ->
              databases.add(
                  new DatabaseNames(
                      i32(line, "o"),
                      text(line, "n"),
                      line.path("read").booleanValue(false),
                      schemas,
                      relations)));
      schemas = new ArrayList<>();
      relations = new ArrayList<>();
      database = Optional.empty();
    }

    private static int i32(JsonNode line, String field) {
      return (int) line.path(field).longValue(0);
    }

    private static String text(JsonNode line, String field) {
      return line.path(field).stringValue("");
    }
  }
}
