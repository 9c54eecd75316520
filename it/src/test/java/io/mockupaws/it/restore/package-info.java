/** Restores by the engine itself, from and to real servers. */
@NullMarked
package io.mockupaws.it.restore;

import org.jspecify.annotations.NullMarked;
