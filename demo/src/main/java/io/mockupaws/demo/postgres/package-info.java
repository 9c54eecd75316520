/** PostgreSQL servers of our own: unpacked from the class path, private, gone when closed. */
@NullMarked
package io.mockupaws.demo.postgres;

import org.jspecify.annotations.NullMarked;
