package io.mockupaws.core.format;

/**
 * A tablespace of the source.
 *
 * @param location the absolute path there; files appear under {@code pg_tblspc/<oid>/}
 */
public record TablespaceEntry(long oid, String name, String location) {}
