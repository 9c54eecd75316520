/**
 * Logical backups: what PostgreSQL's own {@code pg_dump} says of a database, compressed and
 * encrypted so that anyone opens it without this program, with a sidecar that proves it.
 */
@NullMarked
package io.mockupaws.engine.logical;

import org.jspecify.annotations.NullMarked;
