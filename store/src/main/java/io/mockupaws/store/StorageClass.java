package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;

/**
 * The class in which a bucket stores packs: classes of which every byte can be read at once. An
 * object of an archive class would have to be thawed before a restore.
 */
public enum StorageClass {
  STANDARD,
  STANDARD_IA;

  /**
   * Whether an object is worth another class than the bucket's own: only packs are large, seldom
   * read and kept for weeks. The others are small, often read, or soon removed, and cheap classes
   * bill 128 KiB and 30 days at least.
   */
  static boolean appliesTo(ObjectKey key) {
    return key.value().startsWith("clusters/") && key.value().contains("/packs/");
  }
}
