@NullMarked
package io.mockupaws.engine.verify;

import org.jspecify.annotations.NullMarked;
