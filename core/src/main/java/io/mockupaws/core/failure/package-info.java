/** Errors as operators meet them: a stable code, the cause, the next step. */
@NullMarked
package io.mockupaws.core.failure;

import org.jspecify.annotations.NullMarked;
