package io.mockupaws.engine.backup;

import io.mockupaws.core.format.ManifestHead;

/**
 * How much WAL without a summary may be read to find what changed. Where the kind of backup is free
 * to choose, no more than a full one would read of files: beyond that it costs less.
 */
final class MostWal {
  /** So much is read whatever the size of the backup. */
  static final long ALWAYS = 256L << 20;

  private final BackupRequest.Kind kind;

  MostWal(BackupRequest.Kind kind) {
    this.kind = kind;
  }

  /**
   * Ends the search for a base where too much would be read: for an older one it were more.
   *
   * @throws io.mockupaws.core.failure.Failure NO_BASE_BACKUP
   */
  void demand(ManifestHead head, long walBytes) {
    if (kind == BackupRequest.Kind.AUTO && walBytes > Math.max(ALWAYS, head.bytes())) {
      throw BaseFinder.refused(
          "to find what changed since "
              + head.id()
              + ", "
              + walBytes
              + " bytes of WAL without a summary would be read, more than a full backup reads");
    }
  }
}
