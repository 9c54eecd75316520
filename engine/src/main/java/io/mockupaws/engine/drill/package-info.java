/**
 * A recovery made to prove that it works: its copy is proven, and removed where it was made for
 * that.
 */
@NullMarked
package io.mockupaws.engine.drill;

import org.jspecify.annotations.NullMarked;
