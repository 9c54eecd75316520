/** Keys, and the sealing of frames: what makes every byte of a repository secret and authentic. */
@NullMarked
package io.mockupaws.core.crypto;

import org.jspecify.annotations.NullMarked;
