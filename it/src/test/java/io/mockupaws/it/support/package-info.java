/** Servers, users, fresh processes and what they say, for the integration tests. */
@NullMarked
package io.mockupaws.it.support;

import org.jspecify.annotations.NullMarked;
