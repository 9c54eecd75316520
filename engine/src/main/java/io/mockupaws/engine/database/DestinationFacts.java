package io.mockupaws.engine.database;

import java.util.List;

/**
 * A destination as it was found.
 *
 * @param version of its server, for example {@code 15.18}
 * @param major 15 for 15.18
 * @param exists whether the database is there
 * @param bytes of it
 * @param connections who is connected to it, in words
 * @param superuser whether whoever connects is one
 */
public record DestinationFacts(
    String version,
    int major,
    boolean exists,
    long bytes,
    List<String> connections,
    boolean superuser) {
  public DestinationFacts {
    connections = List.copyOf(connections);
  }
}
