package io.mockupaws.engine.journal;

/**
 * A piece in the repository.
 *
 * @param depth how often its bytes were merged
 * @param index what the segment's records say up to its end
 */
record StoredPiece(Piece piece, int depth, SegmentIndex index) {}
