/** Which blocks of a cluster's relations changed over a stretch of WAL. */
@NullMarked
package io.mockupaws.core.summary;

import org.jspecify.annotations.NullMarked;
