/** WAL as files: {@code archive_command} and {@code restore_command}, with real servers. */
@NullMarked
package io.mockupaws.it.archive;

import org.jspecify.annotations.NullMarked;
