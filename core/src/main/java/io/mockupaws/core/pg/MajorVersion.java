package io.mockupaws.core.pg;

import java.util.Optional;

/**
 * What differs between PostgreSQL's major versions: the one place that knows it. Constants are
 * {@code XLOG_PAGE_MAGIC} (src/include/access/xlog_internal.h), {@code PG_CONTROL_VERSION}
 * (src/include/catalog/pg_control.h) and {@code CATALOG_VERSION_NO}
 * (src/include/catalog/catversion.h) of each release branch.
 */
public enum MajorVersion {
  V15(15, 0xD110, 1300, 202209061),
  V16(16, 0xD113, 1300, 202307071),
  V17(17, 0xD116, 1700, 202406281),
  V18(18, 0xD118, 1800, 202506291);

  private final int number;
  private final int walPageMagic;
  private final int controlFileVersion;
  private final int catalogVersion;

  MajorVersion(int number, int walPageMagic, int controlFileVersion, int catalogVersion) {
    this.number = number;
    this.walPageMagic = walPageMagic;
    this.controlFileVersion = controlFileVersion;
    this.catalogVersion = catalogVersion;
  }

  /** The version with this number, for example 15; empty when we do not know it. */
  public static Optional<MajorVersion> of(int number) {
    for (MajorVersion version : values()) {
      if (version.number == number) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /** The version whose WAL pages start with this magic; empty when we do not know it. */
  public static Optional<MajorVersion> ofWalPageMagic(int magic) {
    for (MajorVersion version : values()) {
      if (version.walPageMagic == magic) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /** The version with this catalog version, as the control file has it; empty when unknown. */
  public static Optional<MajorVersion> ofCatalogVersion(int catalogVersion) {
    for (MajorVersion version : values()) {
      if (version.catalogVersion == catalogVersion) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /** 15 to 18. */
  public int number() {
    return number;
  }

  /** The first two bytes of every WAL page, as a number. */
  public int walPageMagic() {
    return walPageMagic;
  }

  /** The version of the layout of {@code global/pg_control}; 15 and 16 have the same. */
  public int controlFileVersion() {
    return controlFileVersion;
  }

  /** The version of the system catalogues. */
  public int catalogVersion() {
    return catalogVersion;
  }

  /** The directory in a tablespace that holds this version's files: {@code PG_15_202209061}. */
  public String tablespaceDirectory() {
    return "PG_" + number + "_" + catalogVersion;
  }

  /**
   * Bytes of one dropped statistics entry in a commit or abort record ({@code xl_xact_stats_item},
   * src/include/access/xact.h): the object's id grew to 64 bits in 18.
   */
  public int droppedStatisticsEntrySize() {
    return this == V18 ? 16 : 12;
  }
}
