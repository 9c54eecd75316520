/** What is looked at before a restore touches anything, item by item. */
@NullMarked
package io.mockupaws.app.checklist;

import org.jspecify.annotations.NullMarked;
