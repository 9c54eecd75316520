package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.KeySlot;
import io.mockupaws.core.crypto.KmsSeal;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.SealedSecret;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A key slot as JSON. What the first release did not write is left out where it is empty. */
final class SlotText {
  private SlotText() {}

  static ObjectNode encode(KeySlot slot) {
    ObjectNode node =
        CheckedText.JSON
            .createObjectNode()
            .put("slot", slot.id())
            .put("repository", slot.repositoryId())
            .put("kind", word(slot.kind()))
            .put("iterations", slot.iterations())
            .put("salt", slot.salt())
            .put("check", slot.check())
            .put("wrapped", slot.wrapped());
    slot.kms()
        .ifPresent(kms -> node.putObject("kms").put("key", kms.key()).put("sealed", kms.sealed()));
    slot.fingerprint().ifPresent(text -> node.put("fingerprint", text));
    slot.since().ifPresent(time -> node.put("since", time.toString()));
    if (!slot.former().isEmpty()) {
      ArrayNode former = node.putArray("former");
      for (SealedSecret one : slot.former()) {
        former
            .addObject()
            .put("fingerprint", one.fingerprint())
            .put("kind", word(one.kind()))
            .put("until", one.until().toString())
            .put("sealed", one.sealed());
      }
    }
    return node;
  }

  static KeySlot decode(ObjectKey key, JsonNode node) {
    try {
      return new KeySlot(
          node.required("slot").stringValue(),
          node.required("repository").stringValue(),
          kind(node),
          node.required("iterations").intValue(),
          node.required("salt").stringValue(),
          node.required("check").stringValue(),
          node.required("wrapped").stringValue(),
          kms(node),
          text(node, "fingerprint"),
          text(node, "since").map(Instant::parse),
          former(node));
    } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
      throw FrameReader.damaged(key, "it is no key slot");
    }
  }

  private static Optional<KmsSeal> kms(JsonNode node) {
    if (!node.has("kms")) {
      return Optional.empty();
    }
    JsonNode kms = node.required("kms");
    return Optional.of(
        new KmsSeal(kms.required("key").stringValue(), kms.required("sealed").stringValue()));
  }

  private static List<SealedSecret> former(JsonNode node) {
    List<SealedSecret> former = new ArrayList<>();
    for (JsonNode one : node.path("former")) {
      former.add(
          new SealedSecret(
              one.required("fingerprint").stringValue(),
              kind(one),
              Instant.parse(one.required("until").stringValue()),
              one.required("sealed").stringValue()));
    }
    return former;
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.has(field) ? Optional.of(node.required(field).stringValue()) : Optional.empty();
  }

  private static String word(MasterKey.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static MasterKey.Kind kind(JsonNode node) {
    return MasterKey.Kind.valueOf(node.required("kind").stringValue().toUpperCase(Locale.ROOT));
  }
}
