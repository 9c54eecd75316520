package io.mockupaws.core.pg;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;

/**
 * A server's version as {@code server_version_num} tells it: 150018 is 15.18.
 *
 * @param num major × 10,000 + minor
 */
public record ServerVersion(int num) implements Comparable<ServerVersion> {
  public ServerVersion {
    if (num < 100000 || num > 999999) {
      throw new IllegalArgumentException("no server version: " + num);
    }
  }

  /** 15 for 15.18. */
  public int major() {
    return num / 10000;
  }

  /** 18 for 15.18. */
  public int minor() {
    return num % 10000;
  }

  /**
   * What we know about the major version.
   *
   * @throws Failure SERVER_VERSION for a version this program does not know
   */
  public MajorVersion known() {
    return MajorVersion.of(major())
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.SERVER_VERSION,
                    "PostgreSQL " + this + " is not a version this program knows",
                    "Use PostgreSQL 15 to 18, or a newer release of mockupAWS."));
  }

  /** The first two bytes of every WAL page, as a number. */
  public int walPageMagic() {
    return known().walPageMagic();
  }

  /** The version of the layout of {@code global/pg_control}. */
  public int controlFileVersion() {
    return known().controlFileVersion();
  }

  @Override
  public int compareTo(ServerVersion other) {
    return Integer.compare(num, other.num);
  }

  @Override
  public String toString() {
    return major() + "." + minor();
  }
}
