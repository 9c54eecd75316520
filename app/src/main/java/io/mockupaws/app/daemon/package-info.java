/** What a running {@code serve} answers over HTTP: health with reasons, and metrics. */
@NullMarked
package io.mockupaws.app.daemon;

import org.jspecify.annotations.NullMarked;
