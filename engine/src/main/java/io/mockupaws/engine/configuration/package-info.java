/**
 * The configuration of a cluster beside its data: its files, roles and tablespaces, in versions
 * that can be compared with each other and with the server, and brought back.
 */
@NullMarked
package io.mockupaws.engine.configuration;

import org.jspecify.annotations.NullMarked;
