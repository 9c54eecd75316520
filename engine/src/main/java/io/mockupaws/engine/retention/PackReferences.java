package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The packs that manifests name: a bit each, so that the packs of a thousand backups of a terabyte
 * take some megabytes.
 */
final class PackReferences {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{6,9}");

  private final Map<String, BitSet> byFolder = new HashMap<>();

  /** Notes that a manifest that stays names a pack. */
  void add(ObjectKey pack) {
    if (isNumbered(pack)) {
      byFolder.computeIfAbsent(folder(pack), _ -> new BitSet()).set(number(pack));
    }
  }

  boolean has(ObjectKey pack) {
    BitSet packs = byFolder.get(folder(pack));
    return packs != null && packs.get(number(pack));
  }

  /** Whether it has the name of a pack; of another object nothing is known. */
  static boolean isNumbered(ObjectKey pack) {
    return NUMBER.matcher(pack.fileName()).matches();
  }

  /** The name of the backup that wrote it. */
  static String folder(ObjectKey pack) {
    String key = pack.value();
    int end = key.lastIndexOf('/');
    return key.substring(key.lastIndexOf('/', end - 1) + 1, end);
  }

  private static int number(ObjectKey pack) {
    return Integer.parseInt(pack.fileName());
  }
}
