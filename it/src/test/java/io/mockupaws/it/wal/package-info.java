/** The reading of WAL, control files and pages, held against PostgreSQL's own tools. */
@NullMarked
package io.mockupaws.it.wal;

import org.jspecify.annotations.NullMarked;
