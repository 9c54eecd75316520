/**
 * Proves the data of a running database: its pages, indexes, constraints, and what its owner asks.
 */
@NullMarked
package io.mockupaws.engine.proof;

import org.jspecify.annotations.NullMarked;
