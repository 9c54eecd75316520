/** The promises, shown with real servers and the real command line in processes of its own. */
@NullMarked
package io.mockupaws.it;

import org.jspecify.annotations.NullMarked;
