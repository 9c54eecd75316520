package io.mockupaws.engine.repository;

/** What lets another process of this host see whether a process is still there. */
public final class ProcessMark {
  private ProcessMark() {}

  /**
   * Our number, the boot it counts in and its namespace, with blanks between; the number alone
   * where the kernel tells nothing more.
   */
  public static String own() {
    return (ProcessHandle.current().pid() + " " + ProcessTable.HOST.place()).strip();
  }
}
