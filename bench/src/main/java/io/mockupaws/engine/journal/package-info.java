/** What is measured of the journal's inside. */
@NullMarked
package io.mockupaws.engine.journal;

import org.jspecify.annotations.NullMarked;
