/** Brings what one store of a repository has into those that lack it. */
@NullMarked
package io.mockupaws.engine.replication;

import org.jspecify.annotations.NullMarked;
