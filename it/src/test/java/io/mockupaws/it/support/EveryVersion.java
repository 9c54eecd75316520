package io.mockupaws.it.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test of what depends on the server: it runs once for each major version that is protected, and
 * gets that version's number as its only argument.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "PostgreSQL {0}")
@ValueSource(ints = {15, 16, 17, 18})
public @interface EveryVersion {}
