/** Data of running databases, sound and damaged. */
@NullMarked
package io.mockupaws.it.proof;

import org.jspecify.annotations.NullMarked;
