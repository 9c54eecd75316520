package io.mockupaws.core.format;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The lines of a manifest: one JSON object each, its sort under {@code t}. See docs/FORMAT.md. */
final class ManifestLines {
  static final int FORMAT = 1;

  static final String HEAD = "manifest";
  static final String PACK = "pack";
  static final String DIRECTORY = "dir";
  static final String FILE = "file";
  static final String END = "end";

  private static final JsonMapper JSON = JsonMapper.shared();

  private ManifestLines() {}

  static JsonNode parse(String line) {
    return JSON.readTree(line);
  }

  static String text(ObjectNode node) {
    return JSON.writeValueAsString(node);
  }

  private static ObjectNode node(String sort) {
    return JSON.createObjectNode().put("t", sort);
  }

  static ObjectNode head(ManifestHead head) {
    ObjectNode node = node(HEAD).put("format", FORMAT);
    node.put("id", head.id().value()).put("kind", head.kind().word());
    node.put("cluster", head.cluster());
    node.put("system", Long.toUnsignedString(head.systemIdentifier()));
    node.put("version", head.serverVersion())
        .put("timeline", Integer.toUnsignedLong(head.timeline().id()));
    node.put("start", head.start().toString()).put("stop", head.stop().toString());
    node.put("startedAt", head.startedAt().toString());
    node.put("stoppedAt", head.stoppedAt().toString());
    node.put("walSegmentSize", head.walSegmentSize()).put("blockSize", head.blockSize());
    node.put("checksums", head.dataChecksums()).put("backupLabel", head.backupLabel());
    node.put("standby", head.fromStandby()).put("readMode", head.readMode());
    node.put("dataDirectory", head.dataDirectory()).put("mode", head.directoryMode());
    ObjectNode settings = node.putObject("settings");
    head.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
    ArrayNode tablespaces = node.putArray("tablespaces");
    for (TablespaceEntry space : head.tablespaces()) {
      tablespaces
          .addObject()
          .put("oid", space.oid())
          .put("name", space.name())
          .put("location", space.location());
    }
    node.put("files", head.files()).put("bytes", head.bytes());
    node.put("sealedBytes", head.sealedBytes());
    ArrayNode corrupt = node.putArray("corrupt");
    for (CorruptPage page : head.corruptPages()) {
      corrupt
          .addObject()
          .put("p", page.path())
          .put("block", page.block())
          .put("relation", page.relation())
          .put("reason", page.reason());
    }
    head.consolidates().ifPresent(before -> node.put("consolidates", before.value()));
    return node;
  }

  static ManifestHead head(JsonNode node) {
    Map<String, String> settings = new HashMap<>();
    node.required("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().stringValue()));
    List<TablespaceEntry> tablespaces = new ArrayList<>();
    for (JsonNode space : node.required("tablespaces")) {
      tablespaces.add(
          new TablespaceEntry(
              space.required("oid").longValue(), text(space, "name"), text(space, "location")));
    }
    List<CorruptPage> corrupt = new ArrayList<>();
    for (JsonNode page : node.required("corrupt")) {
      corrupt.add(
          new CorruptPage(
              text(page, "p"),
              page.required("block").longValue(),
              text(page, "relation"),
              text(page, "reason")));
    }
    return new ManifestHead(
        new BackupId(text(node, "id")),
        BackupKind.ofWord(text(node, "kind")),
        text(node, "cluster"),
        Long.parseUnsignedLong(text(node, "system")),
        number(node, "version"),
        new Timeline((int) node.required("timeline").longValue()),
        Lsn.parse(text(node, "start")),
        Lsn.parse(text(node, "stop")),
        Instant.parse(text(node, "startedAt")),
        Instant.parse(text(node, "stoppedAt")),
        number(node, "walSegmentSize"),
        number(node, "blockSize"),
        node.required("checksums").booleanValue(),
        text(node, "backupLabel"),
        node.required("standby").booleanValue(),
        text(node, "readMode"),
        text(node, "dataDirectory"),
        number(node, "mode"),
        settings,
        tablespaces,
        node.required("files").longValue(),
        node.required("bytes").longValue(),
        node.required("sealedBytes").longValue(),
        corrupt,
        node.has("consolidates")
            ? Optional.of(new BackupId(text(node, "consolidates")))
            : Optional.empty());
  }

  static ObjectNode pack(int number, PackTable pack) {
    ObjectNode node = node(PACK).put("n", number);
    node.put("key", pack.key().value()).put("size", pack.size());
    ArrayNode plain = node.putArray("plain");
    ArrayNode sealed = node.putArray("sealed");
    for (int i = 0; i < pack.frames(); i++) {
      plain.add(pack.plainLength(i));
      sealed.add(pack.sealedLength(i));
    }
    return node;
  }

  static PackTable pack(JsonNode node) {
    return new PackTable(
        ObjectKey.of(text(node, "key")),
        node.required("size").longValue(),
        lengths(node.required("plain")),
        lengths(node.required("sealed")));
  }

  static ObjectNode directory(DirectoryEntry directory) {
    return node(DIRECTORY).put("p", directory.path()).put("m", directory.mode());
  }

  static DirectoryEntry directory(JsonNode node) {
    return new DirectoryEntry(text(node, "p"), number(node, "m"));
  }

  static ObjectNode file(FileEntry file) {
    ObjectNode node = node(FILE).put("p", file.path());
    if (file.origin() == FileEntry.Origin.EXTERNAL) {
      node.put("external", true);
    }
    node.put("s", file.size()).put("m", file.mode()).put("u", file.modified().toEpochMilli());
    file.crc32c().ifPresent(crc -> node.put("c", String.format("%08x", crc)));
    ArrayNode runs = node.putArray("r");
    for (Run run : file.runs()) {
      runs.addArray()
          .add(run.fileOffset())
          .add(run.length())
          .add(run.pack())
          .add(run.frame())
          .add(run.frameOffset());
    }
    return node;
  }

  static FileEntry file(JsonNode node) {
    List<Run> runs = new ArrayList<>();
    for (JsonNode run : node.required("r")) {
      runs.add(
          new Run(
              run.required(0).longValue(),
              run.required(1).longValue(),
              run.required(2).intValue(),
              run.required(3).intValue(),
              run.required(4).intValue()));
    }
    return new FileEntry(
        text(node, "p"),
        node.has("external") ? FileEntry.Origin.EXTERNAL : FileEntry.Origin.DATA,
        node.required("s").longValue(),
        number(node, "m"),
        Instant.ofEpochMilli(node.required("u").longValue()),
        node.has("c")
            ? OptionalInt.of(Integer.parseUnsignedInt(text(node, "c"), 16))
            : OptionalInt.empty(),
        runs);
  }

  static ObjectNode end(long packs, long directories, long files) {
    return node(END).put("packs", packs).put("dirs", directories).put("files", files);
  }

  static String text(JsonNode node, String field) {
    return node.required(field).stringValue();
  }

  private static int number(JsonNode node, String field) {
    return node.required(field).intValue();
  }

  private static int[] lengths(JsonNode array) {
    int[] lengths = new int[array.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = array.required(i).intValue();
    }
    return lengths;
  }
}
