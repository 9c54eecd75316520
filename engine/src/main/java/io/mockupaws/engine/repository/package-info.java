/** What is kept in a store for one or more clusters: sealed objects, packs, manifests, leases. */
@NullMarked
package io.mockupaws.engine.repository;

import org.jspecify.annotations.NullMarked;
