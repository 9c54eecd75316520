/** Taking backups of a running server: listing, reading, checking, and the commit at the end. */
@NullMarked
package io.mockupaws.engine.backup;

import org.jspecify.annotations.NullMarked;
