package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import tools.jackson.databind.JsonNode;

/**
 * The object {@code repository}: that there is a repository, and which.
 *
 * @param id a UUID
 */
record RepositoryMark(String id, boolean encrypted) {
  static final ObjectKey KEY = ObjectKey.of("repository");
  static final int FORMAT = 1;

  private static final String MAGIC = "mockupaws repository";
  private static final String AES = "aes-256-gcm";
  private static final String NONE = "none";

  byte[] encode() {
    return CheckedText.encode(
        CheckedText.JSON
            .createObjectNode()
            .put("magic", MAGIC)
            .put("format", FORMAT)
            .put("id", id)
            .put("encryption", encrypted ? AES : NONE));
  }

  static RepositoryMark decode(byte[] bytes) {
    JsonNode node = CheckedText.decode(KEY, bytes);
    if (!node.path("magic").asString("").equals(MAGIC)) {
      throw FrameReader.damaged(KEY, "it is not a repository's mark");
    }
    int format = node.path("format").asInt(0);
    if (format != FORMAT) {
      throw new Failure(
          ErrorCode.UNKNOWN_FORMAT,
          "the repository has format " + format + "; this release knows " + FORMAT,
          "use a release of mockupaws that knows this format");
    }
    return switch (node.path("encryption").asString("")) {
      case AES -> new RepositoryMark(node.path("id").asString(""), true);
      case NONE -> new RepositoryMark(node.path("id").asString(""), false);
      default -> throw FrameReader.damaged(KEY, "its encryption is unknown");
    };
  }
}
