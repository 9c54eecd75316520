/** What an operator was promised: what a recovery would take, by what earlier ones took. */
@NullMarked
package io.mockupaws.engine.objective;

import org.jspecify.annotations.NullMarked;
