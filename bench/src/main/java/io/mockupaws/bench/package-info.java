/** What is measured with JMH, and the real WAL that it is measured on. */
@NullMarked
package io.mockupaws.bench;

import org.jspecify.annotations.NullMarked;
