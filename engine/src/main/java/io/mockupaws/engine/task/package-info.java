/** What is done for a cluster again and again, and the record of each run, failed ones included. */
@NullMarked
package io.mockupaws.engine.task;

import org.jspecify.annotations.NullMarked;
