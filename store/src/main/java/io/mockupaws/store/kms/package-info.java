/** Key management services: keys that never leave them, which open key slots. */
@NullMarked
package io.mockupaws.store.kms;

import org.jspecify.annotations.NullMarked;
