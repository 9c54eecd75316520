/**
 * What the operator has set: flags over environment over {@code mockupaws.yaml}, read and checked.
 */
@NullMarked
package io.mockupaws.app.config;

import org.jspecify.annotations.NullMarked;
