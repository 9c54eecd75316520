@NullMarked
package io.mockupaws.engine.doctor;

import org.jspecify.annotations.NullMarked;
