/** When something is to be done again: cron expressions in UTC, and what was missed. */
@NullMarked
package io.mockupaws.engine.schedule;

import org.jspecify.annotations.NullMarked;
