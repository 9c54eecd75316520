package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.engine.repository.SealedUpload;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/** Makes the journal's objects out of spool files, while the lease is held. */
final class Uploads {
  /** Smaller pieces are sealed in memory: a stream would set up a store's whole part for them. */
  private static final int SMALL = 1024 * 1024;

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Right right;

  Uploads(ClusterRepository repository, Right right) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.right = right;
  }

  /** Makes a piece of a tail durable. One that exists has the same bytes: its name says which. */
  void piece(OpenSegment segment, Piece piece, SegmentIndex index) {
    right.check();
    byte[] trailer = SegmentIndexJson.encode(index);
    if (piece.length() <= SMALL) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(piece.length());
      segment.file.read(
          piece.from(),
          piece.to(),
          part -> bytes.write(part.array(), part.arrayOffset(), part.remaining()));
      repository.put(
          keys.piece(segment.name, piece), ObjectKind.TAIL, bytes.toByteArray(), trailer);
      return;
    }
    try (SealedUpload upload =
        repository.upload(keys.piece(segment.name, piece), ObjectKind.TAIL)) {
      segment.file.read(piece.from(), piece.to(), upload::write);
      upload.commit(trailer);
    }
  }

  /** Makes a finished segment durable as one object. */
  void segment(OpenSegment segment, SegmentIndex index) {
    right.check();
    removeLeftSummary(segment);
    try (SealedUpload upload = repository.upload(keys.segment(segment.name), ObjectKind.SEGMENT)) {
      segment.file.read(0, segment.name.segmentSize(), upload::write);
      if (upload.commit(SegmentIndexJson.encode(index)) == CreateOutcome.EXISTS) {
        checkSame(segment);
      }
    }
  }

  /**
   * Puts the summary of a finished segment beside it. What is there already stays: it says the same
   * of the same bytes. Nothing but time hangs on it: without it incremental backups read the
   * segment.
   *
   * @return why a summary is not there although there was one
   * @throws Failure LEASE_LOST
   */
  Optional<String> summary(OpenSegment segment) {
    if (segment.summary.isEmpty()) {
      return segment.summaryDropped
          ? Optional.of("too many segments waited for the repository")
          : Optional.empty();
    }
    right.check();
    try {
      repository.put(keys.summary(segment.name), ObjectKind.RECORD, segment.summary.get());
      return Optional.empty();
    } catch (Failure e) {
      if (e.code() == ErrorCode.LEASE_LOST) {
        throw e;
      }
      return Optional.of(e.what());
    }
  }

  /** Removes a summary that a segment of the same name has left: it tells of other bytes. */
  private void removeLeftSummary(OpenSegment segment) {
    ObjectKey summary = keys.summary(segment.name);
    if (repository.store().stat(summary).isPresent()
        && repository.store().stat(keys.segment(segment.name)).isEmpty()) {
      repository.delete(summary);
    }
  }

  /** An attempt of ours whose answer was lost, or another's: then its bytes decide. */
  private void checkSame(OpenSegment segment) {
    try (var in = repository.open(keys.segment(segment.name), ObjectKind.SEGMENT)) {
      byte[] theirs = new byte[256 * 1024];
      segment.file.read(
          0,
          segment.name.segmentSize(),
          ours -> {
            try {
              int read = in.readNBytes(theirs, 0, ours.remaining());
              boolean same = ours.equals(java.nio.ByteBuffer.wrap(theirs, 0, read));
              if (!same) {
                throw Comparison.otherLife(
                    "the repository has other bytes for the segment " + segment.name);
              }
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    }
  }

  /** Removes the pieces of a segment that is finished, whoever made them. */
  void removePieces(OpenSegment segment) {
    List<ObjectKey> pieces =
        repository.list(keys.pieces(segment.name)).stream().map(ObjectInfo::key).toList();
    removeBehind(keys.segment(segment.name), pieces);
  }

  /** Removes pieces whose bytes are in another one. */
  void removeJoined(OpenSegment segment, Piece joined, List<Piece> pieces) {
    removeBehind(
        keys.piece(segment.name, joined),
        pieces.stream().map(piece -> keys.piece(segment.name, piece)).toList());
  }

  /** Removes one that came when its segment was finished already. */
  void removePiece(OpenSegment segment, Piece piece) {
    removeBehind(keys.segment(segment.name), List.of(keys.piece(segment.name, piece)));
  }

  /**
   * Of several stores one may have missed what took the place of these, and answer again already:
   * there they are all there is, and stay until it was caught up.
   */
  private void removeBehind(ObjectKey successor, List<ObjectKey> pieces) {
    Store store = repository.store();
    if (store.members().stream().allMatch(member -> has(member, successor))) {
      pieces.forEach(repository::delete);
      return;
    }
    for (Member member : store.members()) {
      if (has(member, successor)) {
        pieces.forEach(piece -> member.store().delete(piece));
      }
    }
  }

  private static boolean has(Member member, ObjectKey key) {
    try {
      return member.away().isEmpty() && member.ask(store -> store.stat(key)).isPresent();
    } catch (StoreException e) {
      return false; // it is away from now on, and behind
    }
  }

  /**
   * Whether a failure will pass: then the write is tried again for as long as it takes.
   *
   * @param failures how often in a row the write failed
   */
  boolean passes(Failure failure, int failures) {
    return switch (failure.code()) {
      case LEASE_LOST -> !isOthers(failures);
      case OTHER_LIFE, INTERNAL, LOCAL_FILE, DAMAGED_OBJECT, WRONG_KEY -> false;
      default -> true;
    };
  }

  /** A lease that the store's absence let run out comes back with the store; another's does not. */
  private boolean isOthers(int failures) {
    try {
      repository.list(JournalKeys.HEARD);
    } catch (Failure e) {
      return false;
    }
    return failures > LEASE_TRIES;
  }

  private static final int LEASE_TRIES = 5;

  static Failure unexpected(Throwable e) {
    return new Failure(
        ErrorCode.INTERNAL,
        "the WAL stream failed: " + e,
        "Start it again; report this with the log.",
        e);
  }
}
