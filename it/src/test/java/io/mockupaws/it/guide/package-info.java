/** The operator's guide, run. */
@NullMarked
package io.mockupaws.it.guide;

import org.jspecify.annotations.NullMarked;
