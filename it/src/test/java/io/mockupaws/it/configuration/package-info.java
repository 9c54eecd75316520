/** The configuration of real servers, kept, compared and brought back. */
@NullMarked
package io.mockupaws.it.configuration;

import org.jspecify.annotations.NullMarked;
