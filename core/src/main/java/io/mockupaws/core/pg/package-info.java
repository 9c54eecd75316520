/** PostgreSQL's own notions: positions, timelines, segment names, the control file, pages. */
@NullMarked
package io.mockupaws.core.pg;

import org.jspecify.annotations.NullMarked;
