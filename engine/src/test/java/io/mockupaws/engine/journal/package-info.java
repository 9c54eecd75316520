@NullMarked
package io.mockupaws.engine.journal;

import org.jspecify.annotations.NullMarked;
