@NullMarked
package io.mockupaws.engine.backup;

import org.jspecify.annotations.NullMarked;
