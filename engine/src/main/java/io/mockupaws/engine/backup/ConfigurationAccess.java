package io.mockupaws.engine.backup;

import java.util.List;

/** Reads files that the configuration names, wherever they lie. */
interface ConfigurationAccess {
  /** What came of asking for a file or a directory. */
  sealed interface Answer {}

  /** A file's content, which nobody changes, and its permission bits. */
  final class Found implements Answer {
    private final byte[] content;
    private final int mode;

    Found(byte[] content, int mode) {
      this.content = content;
      this.mode = mode;
    }

    byte[] content() {
      return content;
    }

    int mode() {
      return mode;
    }
  }

  record Listed(List<String> names) implements Answer {}

  record Missing() implements Answer {}

  /**
   * It may not be read.
   *
   * @param remedy what would let it be read
   */
  record Refused(String remedy) implements Answer {}

  /** The content of a file, by absolute path. */
  Answer read(String path);

  /** The names in a directory, by absolute path; none when it is not there. */
  Answer list(String directory);
}
