/** The write-ahead log: its pages and records, what single records mean, and editing one. */
@NullMarked
package io.mockupaws.core.wal;

import org.jspecify.annotations.NullMarked;
