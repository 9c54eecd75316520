/** Objects in frozen classes of storage, and how they are made readable. */
@NullMarked
package io.mockupaws.engine.thaw;

import org.jspecify.annotations.NullMarked;
