package io.mockupaws.core.format;

/**
 * Takes the parts of a manifest in the order in which they stand: packs, then directories and
 * files.
 */
public interface ManifestVisitor {
  default void pack(int number, PackTable pack) {}

  default void directory(DirectoryEntry directory) {}

  default void file(FileEntry file) {}
}
