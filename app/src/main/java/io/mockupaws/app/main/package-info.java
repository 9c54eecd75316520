/** Where the program begins: the only place that joins objects and looks at the process. */
@NullMarked
package io.mockupaws.app.main;

import org.jspecify.annotations.NullMarked;
