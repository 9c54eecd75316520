package io.mockupaws.core.wal;

/**
 * A broken rule, before it is known where trust ends.
 *
 * @param detail found and expected, for people
 */
record Fault(WalDamage.Reason reason, String detail) {}
