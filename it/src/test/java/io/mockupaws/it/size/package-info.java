/** What is large: repositories of a terabyte in a small heap. */
@NullMarked
package io.mockupaws.it.size;

import org.jspecify.annotations.NullMarked;
