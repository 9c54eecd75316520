package io.mockupaws.core.wal;

/**
 * The numbers of the subsystems that write records, which also say how to read them
 * (src/include/access/rmgrlist.h; the same in 15 to 18).
 */
public final class ResourceManager {
  public static final int XLOG = 0;
  public static final int TRANSACTION = 1;
  public static final int STORAGE = 2;
  public static final int CLOG = 3;
  public static final int DATABASE = 4;
  public static final int TABLESPACE = 5;
  public static final int MULTIXACT = 6;
  public static final int RELATION_MAP = 7;
  public static final int STANDBY = 8;
  public static final int HEAP2 = 9;
  public static final int HEAP = 10;
  public static final int LOGICAL_MESSAGE = 21;

  /** Extensions take numbers from here to 255. */
  private static final int FIRST_CUSTOM = 128;

  private static final String[] NAMES = {
    "XLOG",
    "Transaction",
    "Storage",
    "CLOG",
    "Database",
    "Tablespace",
    "MultiXact",
    "RelMap",
    "Standby",
    "Heap2",
    "Heap",
    "Btree",
    "Hash",
    "Gin",
    "Gist",
    "Sequence",
    "SPGist",
    "BRIN",
    "CommitTs",
    "ReplicationOrigin",
    "Generic",
    "LogicalMessage",
  };

  private ResourceManager() {}

  /** Whether a record may carry this number. */
  static boolean isValid(int id) {
    return id < NAMES.length || id >= FIRST_CUSTOM;
  }

  /** Whether it is an extension's, whose records may say anything. */
  public static boolean isCustom(int id) {
    return id >= FIRST_CUSTOM;
  }

  /** The name that PostgreSQL's tools print: {@code Heap2}, or {@code custom128}. */
  public static String name(int id) {
    if (!isValid(id) || id < 0 || id > 255) {
      throw new IllegalArgumentException("no resource manager: " + id);
    }
    return id < NAMES.length ? NAMES[id] : "custom" + id;
  }
}
