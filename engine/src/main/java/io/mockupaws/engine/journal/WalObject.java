package io.mockupaws.engine.journal;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;

/**
 * An object with bytes of a segment.
 *
 * @param kind a finished segment, or a piece of a tail
 * @param from the position of its first byte
 */
public record WalObject(ObjectKey key, ObjectKind kind, Lsn from) {}
