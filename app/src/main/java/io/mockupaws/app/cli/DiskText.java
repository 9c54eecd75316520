package io.mockupaws.app.cli;

import io.mockupaws.engine.cluster.PrimaryDisk;

/** How the WAL that is kept for the slot fills the server's disk, in words. */
final class DiskText {
  private DiskText() {}

  static String of(PrimaryDisk disk) {
    StringBuilder text =
        new StringBuilder(Units.bytes(disk.held()) + " of WAL are kept for the slot");
    disk.capacity().ifPresent(bytes -> text.append(", room is for " + Units.bytes(bytes)));
    disk.fullIn()
        .ifPresent(time -> text.append("; at this rate it is full in " + Units.duration(time)));
    switch (disk.keeps()) {
      case LOST -> text.append("; the server has removed some of it");
      case UNRESERVED -> text.append("; the server removes some of it at the next checkpoint");
      case NOTHING, RESERVED, EXTENDED -> {}
    }
    return text.toString();
  }
}
