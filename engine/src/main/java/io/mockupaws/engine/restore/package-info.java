/**
 * Restore: from a target to a plan, from the plan to a directory, from the directory to a server
 * that has recovered to exactly that target.
 */
@NullMarked
package io.mockupaws.engine.restore;

import org.jspecify.annotations.NullMarked;
