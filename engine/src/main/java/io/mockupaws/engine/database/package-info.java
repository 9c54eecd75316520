/**
 * One database of a cluster into a server that runs: recovered by a scratch server, copied,
 * compared with what it came from, and only then in its place.
 */
@NullMarked
package io.mockupaws.engine.database;

import org.jspecify.annotations.NullMarked;
