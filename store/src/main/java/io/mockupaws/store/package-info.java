/** The seam to a place for immutable objects, and its implementations. */
@NullMarked
package io.mockupaws.store;

import org.jspecify.annotations.NullMarked;
