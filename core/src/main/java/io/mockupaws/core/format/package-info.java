/** The bytes of the repository: sealed objects, frames, packs, the manifest. */
@NullMarked
package io.mockupaws.core.format;

import org.jspecify.annotations.NullMarked;
