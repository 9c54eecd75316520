/** Backups of real servers: both read modes, damaged pages, breaking off, rights. */
@NullMarked
package io.mockupaws.it.backup;

import org.jspecify.annotations.NullMarked;
