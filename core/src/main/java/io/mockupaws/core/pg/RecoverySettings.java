package io.mockupaws.core.pg;

/**
 * Settings of the server that wrote the WAL, as of its last start. A server that recovers from it
 * as a hot standby needs at least the same numbers.
 */
public record RecoverySettings(
    WalLevel walLevel,
    boolean walLogHints,
    int maxConnections,
    int maxWorkerProcesses,
    int maxWalSenders,
    int maxPreparedTransactions,
    int maxLocksPerTransaction,
    boolean trackCommitTimestamp) {}
