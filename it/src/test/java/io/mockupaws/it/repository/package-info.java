/** Repositories and their keys, by the real program. */
@NullMarked
package io.mockupaws.it.repository;

import org.jspecify.annotations.NullMarked;
