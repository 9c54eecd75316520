/** The demo: a server is protected, lost, recovered to the moment before a mistake, and proved. */
@NullMarked
package io.mockupaws.demo.story;

import org.jspecify.annotations.NullMarked;
