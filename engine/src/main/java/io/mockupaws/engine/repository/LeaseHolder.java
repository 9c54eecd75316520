package io.mockupaws.engine.repository;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process as others can find it again.
 *
 * @param host for messages
 * @param place the kernel's boot and process namespace: only in the same place does a process
 *     number mean anything; empty where the kernel does not tell
 * @param started when the process began, since numbers are used again
 */
record LeaseHolder(String host, String place, long pid, Instant started) {

  static LeaseHolder self() {
    ProcessHandle process = ProcessHandle.current();
    return new LeaseHolder(hostName(), placeOfThisProcess(), process.pid(), started(process));
  }

  /** Whether it is known for sure that the process has ended. */
  boolean isGone() {
    if (place.isEmpty() || !place.equals(placeOfThisProcess())) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isEmpty() || !process.get().isAlive() || !started(process.get()).equals(started);
  }

  private static Instant started(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  private static String placeOfThisProcess() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host;
  }
}
