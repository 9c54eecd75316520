/** The record of runs as whoever asks by plain SQL sees it. */
@NullMarked
package io.mockupaws.it.mirror;

import org.jspecify.annotations.NullMarked;
