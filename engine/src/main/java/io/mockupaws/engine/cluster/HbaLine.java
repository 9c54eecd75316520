package io.mockupaws.engine.cluster;

/** The line that a server's {@code pg_hba.conf} lacks. */
final class HbaLine {
  private HbaLine() {}

  static String allowing(ServerAddress address, boolean replication) {
    boolean local = address.hosts().getFirst().isUnixSocket();
    return String.join(
        " ",
        local ? "local" : "host",
        replication ? "replication" : Sql.identifier(address.database()),
        Sql.identifier(address.user()),
        local ? "peer" : "ADDRESS-OF-THIS-HOST/32 scram-sha-256");
  }
}
