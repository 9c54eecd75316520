/** Rewrites what lies scattered of a backup, so that packs that hold mostly garbage can go. */
@NullMarked
package io.mockupaws.engine.consolidation;

import org.jspecify.annotations.NullMarked;
