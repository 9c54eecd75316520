/** The command line: a class a command, what it prints, and the status it ends with. */
@NullMarked
package io.mockupaws.app.cli;

import org.jspecify.annotations.NullMarked;
