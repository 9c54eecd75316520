package io.mockupaws.core.format;

import io.mockupaws.core.crypto.DumpMac;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sidecar as it is written: a line of JSON whose last field is the MAC of all text before it, and
 * a line with that line's SHA-256, so that damage shows without a key. Nothing of it is to be
 * believed before {@link #proven(DumpMac)}.
 */
public final class SealedSidecar {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern LINE =
      Pattern.compile("(.*),\"mac\":\"([0-9a-f]{64})\"}", Pattern.DOTALL);

  private final DumpSidecar content;
  private final Lock lock;
  private final String statement;
  private final String mac;

  /**
   * How the MAC's key is made.
   *
   * @param fingerprint of the secret
   * @param rounds of PBKDF2
   * @param salt hexadecimal
   * @param check what the right secret gives
   */
  public record Lock(String fingerprint, int rounds, String salt, String check) {}

  private SealedSidecar(DumpSidecar content, Lock lock, String statement, String mac) {
    this.content = content;
    this.lock = lock;
    this.statement = statement;
    this.mac = mac;
  }

  /**
   * Writes one.
   *
   * @param fingerprint of the secret that the MAC's key was made of
   * @param salt it was made with
   */
  public static byte[] encode(DumpSidecar sidecar, String fingerprint, byte[] salt, DumpMac key) {
    ObjectNode node = JSON.createObjectNode();
    node.put("format", DumpSidecar.FORMAT);
    node.put("name", sidecar.name());
    node.put("content", sidecar.content().name().toLowerCase(Locale.ROOT));
    node.put("cluster", sidecar.cluster());
    node.put("system", Long.toUnsignedString(sidecar.system()));
    node.put("database", sidecar.database());
    node.put("startedAt", sidecar.startedAt().toString());
    node.put("finishedAt", sidecar.finishedAt().toString());
    node.put("version", sidecar.serverVersion());
    node.put("tools", sidecar.tools());
    array(node.putArray("filters"), sidecar.filters());
    node.put("plainBytes", sidecar.plainBytes());
    sidecar.databaseBytes().ifPresent(bytes -> node.put("databaseBytes", bytes));
    node.put("size", sidecar.size());
    node.put("sha256", sidecar.sha256());
    node.put("pieceBytes", sidecar.pieceBytes());
    array(node.putArray("pieces"), sidecar.pieces());
    sidecar.properties().ifPresent(json -> node.set("properties", JSON.readTree(json)));
    node.put("fingerprint", fingerprint);
    node.put("rounds", DumpMac.ROUNDS);
    node.put("salt", HexFormat.of().formatHex(salt));
    node.put("check", key.check());
    String open = JSON.writeValueAsString(node);
    String statement = open.substring(0, open.length() - 1);
    String line = statement + ",\"mac\":\"" + key.of(statement) + "\"}";
    return (line + "\n" + digest(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void array(ArrayNode to, List<String> values) {
    values.forEach(to::add);
  }

  /**
   * Reads one, without a key.
   *
   * @param place where it lies, for messages
   * @throws Failure DAMAGED_OBJECT, UNKNOWN_FORMAT
   */
  public static SealedSidecar decode(String place, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String[] lines = text.split("\n", -1);
    if (lines.length != 3 || !lines[2].isEmpty() || !lines[1].equals(digest(lines[0]))) {
      throw damaged(place, "its digest does not fit");
    }
    Matcher line = LINE.matcher(lines[0]);
    if (!line.matches()) {
      throw damaged(place, "it has no MAC");
    }
    try {
      JsonNode node = JSON.readTree(lines[0]);
      if (node.path("format").asInt(0) != DumpSidecar.FORMAT) {
        throw new Failure(
            ErrorCode.UNKNOWN_FORMAT,
            "the sidecar " + place + " has a format that this version does not know",
            "use the version of mockupaws that wrote it, or a later one");
      }
      return new SealedSidecar(content(node), lock(node), line.group(1), line.group(2));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw damaged(place, "its fields do not fit");
    }
  }

  private static DumpSidecar content(JsonNode node) {
    return new DumpSidecar(
        text(node, "name"),
        DumpSidecar.Content.valueOf(text(node, "content").toUpperCase(Locale.ROOT)),
        text(node, "cluster"),
        Long.parseUnsignedLong(text(node, "system")),
        text(node, "database"),
        Instant.parse(text(node, "startedAt")),
        Instant.parse(text(node, "finishedAt")),
        node.path("version").intValue(),
        text(node, "tools"),
        texts(node.path("filters")),
        node.path("plainBytes").longValue(),
        node.has("databaseBytes")
            ? OptionalLong.of(node.path("databaseBytes").longValue())
            : OptionalLong.empty(),
        node.path("size").longValue(),
        text(node, "sha256"),
        node.path("pieceBytes").intValue(),
        texts(node.path("pieces")),
        node.has("properties")
            ? Optional.of(JSON.writeValueAsString(node.path("properties")))
            : Optional.empty());
  }

  private static Lock lock(JsonNode node) {
    int rounds = node.path("rounds").intValue();
    if (rounds < DumpMac.ROUNDS || rounds > DumpMac.MOST_ROUNDS) {
      throw new IllegalArgumentException(rounds + " rounds");
    }
    String salt = text(node, "salt");
    if (HexFormat.of().parseHex(salt).length < Long.BYTES) {
      throw new IllegalArgumentException("a short salt");
    }
    return new Lock(text(node, "fingerprint"), rounds, salt, text(node, "check"));
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).stringValue();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.stringValue()));
    return texts;
  }

  private static Failure damaged(String place, String why) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the sidecar " + place + " is damaged: " + why,
        "use another copy of it, or another backup; --unauthenticated restores the dump without"
            + " it");
  }

  /** How the MAC's key is made. */
  public Lock lock() {
    return lock;
  }

  /** What it says of the file alone, to be compared with it: no proof against an attacker. */
  public String claimedSha256() {
    return content.sha256();
  }

  /** As {@link #claimedSha256()}. */
  public long claimedSize() {
    return content.size();
  }

  /**
   * What it says, proven by a key of {@link #lock()}; empty when that is another secret's, or
   * somebody changed the text.
   */
  public Optional<DumpSidecar> proven(DumpMac key) {
    return key.isOf(statement, mac) ? Optional.of(content) : Optional.empty();
  }

  private static String digest(String line) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not usable on this Java", e);
    }
  }
}
