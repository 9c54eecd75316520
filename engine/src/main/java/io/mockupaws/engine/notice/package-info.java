/** What people are told when something fails, is well again, or is about to be done. */
@NullMarked
package io.mockupaws.engine.notice;

import org.jspecify.annotations.NullMarked;
