/** The journal against real servers. */
@NullMarked
package io.mockupaws.it.journal;

import org.jspecify.annotations.NullMarked;
