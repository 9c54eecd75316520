/**
 * The PostgreSQL server that is protected: its address, sessions, what it is and what it lacks.
 * Knows nothing of backups, the journal or the repository.
 */
@NullMarked
package io.mockupaws.engine.cluster;

import org.jspecify.annotations.NullMarked;
