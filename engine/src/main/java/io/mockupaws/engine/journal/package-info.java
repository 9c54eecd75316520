/**
 * The WAL of a cluster in the repository: finished segments, the tail that grows, holes. {@link
 * io.mockupaws.engine.journal.JournalStream} writes it, {@link io.mockupaws.engine.journal.Journal}
 * reads it.
 */
@NullMarked
package io.mockupaws.engine.journal;

import org.jspecify.annotations.NullMarked;
