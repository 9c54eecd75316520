@NullMarked
package io.mockupaws.demo.postgres;

import org.jspecify.annotations.NullMarked;
