/** Looks at everything that protecting or restoring a cluster needs, before it is needed. */
@NullMarked
package io.mockupaws.engine.doctor;

import org.jspecify.annotations.NullMarked;
