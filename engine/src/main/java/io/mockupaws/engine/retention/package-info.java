/** What is kept for how long, and what a cleanup would remove: planned, never done here. */
@NullMarked
package io.mockupaws.engine.retention;

import org.jspecify.annotations.NullMarked;
