/** The record of runs, mirrored into a table of a database for whoever asks by plain SQL. */
@NullMarked
package io.mockupaws.engine.mirror;

import org.jspecify.annotations.NullMarked;
