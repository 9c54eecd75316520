package io.mockupaws.engine.backup;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Permissions as the bits that manifests hold. */
final class Permissions {
  private Permissions() {}

  /** The nine bits, from the owner's right to read (0400) to others' right to execute (0001). */
  static int bits(Set<PosixFilePermission> permissions) {
    int bits = 0;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      bits = bits << 1 | (permissions.contains(permission) ? 1 : 0);
    }
    return bits;
  }
}
