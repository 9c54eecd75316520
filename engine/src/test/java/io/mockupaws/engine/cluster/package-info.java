@NullMarked
package io.mockupaws.engine.cluster;

import org.jspecify.annotations.NullMarked;
