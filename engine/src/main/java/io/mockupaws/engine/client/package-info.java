/** PostgreSQL's client programs on this host: found by version, run without a secret in sight. */
@NullMarked
package io.mockupaws.engine.client;

import org.jspecify.annotations.NullMarked;
