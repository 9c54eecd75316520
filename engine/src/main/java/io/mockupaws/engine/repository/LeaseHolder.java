package io.mockupaws.engine.repository;

import java.util.OptionalLong;

/**
 * A process as others can find it again.
 *
 * @param host for messages
 * @param place the kernel's boot and process namespace: only in the same place does a process
 *     number mean anything; empty where the kernel does not tell
 * @param started when the process began, since numbers are used again: clock ticks since the boot;
 *     {@value #UNKNOWN} where the kernel does not tell
 */
public record LeaseHolder(String host, String place, long pid, long started) {
  private static final long UNKNOWN = -1;

  /** This process. */
  public static LeaseHolder self() {
    long pid = ProcessHandle.current().pid();
    return new LeaseHolder(
        HostName.own(),
        ProcessTable.HOST.place(),
        pid,
        ProcessTable.HOST.started(pid).orElse(UNKNOWN));
  }

  /** Whether it is known for sure that the process has ended. */
  public boolean isGone() {
    return isGone(ProcessTable.HOST);
  }

  boolean isGone(ProcessTable processes) {
    if (started == UNKNOWN || place.isEmpty() || !place.equals(processes.place())) {
      return false;
    }
    OptionalLong now = processes.started(pid);
    return now.isPresent() ? now.getAsLong() != started : processes.showsOthers();
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host;
  }
}
