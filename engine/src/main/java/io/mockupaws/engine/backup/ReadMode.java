package io.mockupaws.engine.backup;

import java.util.Locale;

/** How the cluster's files are read. */
public enum ReadMode {
  /** By the server, over SQL connections. */
  SQL,
  /** From this host's file system, where the data directory is readable here. */
  DIRECT;

  /** As operators and manifests write it: {@code sql}, {@code direct}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
