package io.mockupaws.engine.configuration;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.backup.ConfigurationFiles.File;
import io.mockupaws.engine.backup.ConfigurationFiles.Lack;
import io.mockupaws.engine.backup.ConfigurationPlaces;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A version of the configuration as its object holds it (docs/FORMAT.md). */
final class ConfigurationRecord {
  private static final int FORMAT = 1;

  private ConfigurationRecord() {}

  static byte[] encode(ClusterConfiguration configuration) {
    ObjectNode node =
        JsonMapper.shared()
            .createObjectNode()
            .put("format", FORMAT)
            .put("readAt", configuration.readAt().toString())
            .put("system", Long.toUnsignedString(configuration.system()))
            .put("version", configuration.version())
            .put("readMode", configuration.readMode())
            .put("dataDirectory", configuration.places().dataDirectory());
    configuration.places().config().ifPresent(path -> node.put("configFile", path));
    configuration.places().hba().ifPresent(path -> node.put("hbaFile", path));
    configuration.places().ident().ifPresent(path -> node.put("identFile", path));
    ArrayNode files = node.putArray("files");
    for (File file : configuration.files()) {
      files
          .addObject()
          .put("path", file.path())
          .put("mode", file.mode())
          .put("content", Base64.getEncoder().encodeToString(file.bytes()));
    }
    ArrayNode lacking = node.putArray("lacking");
    for (Lack lack : configuration.lacking()) {
      lacking.addObject().put("path", lack.path()).put("why", lack.why());
    }
    node.putObject("globals")
        .put("sql", configuration.globals().sql())
        .put("roles", configuration.globals().roles())
        .put("tablespaces", configuration.globals().tablespaces())
        .put("passwords", configuration.globals().passwords());
    return JsonMapper.shared().writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
  }

  static ClusterConfiguration decode(ObjectKey key, byte[] content) {
    try {
      JsonNode node = JsonMapper.shared().readTree(content);
      if (node.required("format").intValue() != FORMAT) {
        throw FrameReader.damaged(key, "its format is not known to this release");
      }
      JsonNode globals = node.required("globals");
      return new ClusterConfiguration(
          Instant.parse(node.required("readAt").stringValue()),
          Long.parseUnsignedLong(node.required("system").stringValue()),
          node.required("version").intValue(),
          node.required("readMode").stringValue(),
          new ConfigurationPlaces(
              node.required("dataDirectory").stringValue(),
              text(node, "configFile"),
              text(node, "hbaFile"),
              text(node, "identFile")),
          files(node.required("files")),
          lacking(node.required("lacking")),
          new Globals(
              globals.required("sql").stringValue(),
              globals.required("roles").intValue(),
              globals.required("tablespaces").intValue(),
              globals.required("passwords").booleanValue()));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it is no version of a configuration");
    }
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.has(name) ? Optional.of(node.required(name).stringValue()) : Optional.empty();
  }

  private static List<File> files(JsonNode array) {
    List<File> files = new ArrayList<>();
    for (JsonNode one : array) {
      byte[] content = Base64.getDecoder().decode(one.required("content").stringValue());
      files.add(
          new File(
              one.required("path").stringValue(),
              new String(content, StandardCharsets.ISO_8859_1),
              one.required("mode").intValue()));
    }
    return files;
  }

  private static List<Lack> lacking(JsonNode array) {
    List<Lack> lacking = new ArrayList<>();
    for (JsonNode one : array) {
      lacking.add(new Lack(one.required("path").stringValue(), one.required("why").stringValue()));
    }
    return lacking;
  }
}
