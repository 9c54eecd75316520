package io.mockupaws.engine.repository;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How this host calls itself, for whoever reads it on another one. */
public final class HostName {
  private HostName() {}

  /** The name, or words that say that there is none. */
  public static String own() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }
}
