package io.mockupaws.demo.ledger;

import java.time.Instant;

/**
 * One row of {@code scenario_logs}, known by writer and number.
 *
 * @param number 1 for a writer's first row
 * @param scenarioId which simulated scenario it belongs to
 * @param loggedAt in whole microseconds, as PostgreSQL keeps it
 * @param latencyMillis what the simulated request took
 * @param payload bytes, in hexadecimal
 */
public record LogRow(
    int writer,
    long number,
    long scenarioId,
    Instant loggedAt,
    String level,
    String message,
    double latencyMillis,
    String payload) {}
