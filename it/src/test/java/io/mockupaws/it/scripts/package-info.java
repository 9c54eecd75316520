/** What cron and systemd run, as an operator who followed the contract has it. */
@NullMarked
package io.mockupaws.it.scripts;

import org.jspecify.annotations.NullMarked;
