package io.mockupaws.engine.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The processes of this host as Linux shows them. A start is counted in clock ticks since the boot,
 * as the kernel keeps it: what is made of it by adding the time of the boot, as {@code
 * ProcessHandle} does, changes when the clock is set.
 *
 * @param proc where the kernel shows them
 */
record ProcessTable(Path proc) {
  static final ProcessTable HOST = new ProcessTable(Path.of("/proc"));

  /** The first field behind the command's name is the third, {@code starttime} the 22nd. */
  private static final int START_FIELD = 22 - 3;

  /** When a process began; empty for one that is not there or not shown. */
  OptionalLong started(long pid) {
    try {
      byte[] stat = Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("stat"));
      return start(new String(stat, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The command's name stands in parentheses and may hold blanks and parentheses itself. */
  private static OptionalLong start(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" +", -1);
    try {
      return fields.length > START_FIELD
          ? OptionalLong.of(Long.parseUnsignedLong(fields[START_FIELD]))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Whether a process that is not shown is not there: {@code hidepid} and {@code ProtectProc} hide
   * those of others, and the first process is always there.
   */
  boolean showsOthers() {
    return started(1).isPresent();
  }

  /**
   * The kernel's boot and the namespace of process numbers; empty where the kernel does not tell.
   */
  String place() {
    try {
      return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(proc.resolve("self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
