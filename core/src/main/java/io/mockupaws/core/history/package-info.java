/** What happened to relations and databases, read from the WAL: pure, without a repository. */
@NullMarked
package io.mockupaws.core.history;

import org.jspecify.annotations.NullMarked;
