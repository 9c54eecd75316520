/** What happened to a cluster's relations and databases, and the names to tell it with. */
@NullMarked
package io.mockupaws.engine.history;

import org.jspecify.annotations.NullMarked;
