/** Whether what the repository promises can still be kept: listed, or read to the last byte. */
@NullMarked
package io.mockupaws.engine.verify;

import org.jspecify.annotations.NullMarked;
