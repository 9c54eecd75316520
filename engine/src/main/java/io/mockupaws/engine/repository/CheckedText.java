package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two objects that must be read before a key is at hand are plain: a line of JSON and a line
 * with its SHA-256, so that damage is told from a wrong key.
 */
final class CheckedText {
  static final JsonMapper JSON = JsonMapper.shared();

  private CheckedText() {}

  static byte[] encode(ObjectNode node) {
    String line = JSON.writeValueAsString(node);
    return (line + "\n" + digest(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static JsonNode decode(ObjectKey key, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String[] lines = text.split("\n", -1);
    if (lines.length != 3 || !lines[2].isEmpty() || !lines[1].equals(digest(lines[0]))) {
      throw FrameReader.damaged(key, "its digest does not fit");
    }
    try {
      return JSON.readTree(lines[0]);
    } catch (JacksonException e) {
      throw FrameReader.damaged(key, "it is no JSON");
    }
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
