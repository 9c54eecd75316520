package io.mockupaws.store;

/** The order of calls that {@link Upload} demands: full parts, one shorter at most, a commit. */
final class PartCheck {
  private final int partSize;
  private boolean last;
  private boolean ended;

  PartCheck(int partSize) {
    this.partSize = partSize;
  }

  /** Before a part is taken. */
  void part(int length) {
    demandOpen();
    if (length > partSize) {
      throw new IllegalArgumentException("a part of " + length + " bytes, allowed " + partSize);
    }
    if (last && length > 0) {
      throw new IllegalStateException("a part behind one that was not full");
    }
  }

  /** After a part was taken. */
  void stored(int length) {
    last |= length > 0 && length < partSize;
  }

  void commit() {
    demandOpen();
  }

  void end() {
    ended = true;
  }

  private void demandOpen() {
    if (ended) {
      throw new IllegalStateException("the upload has ended");
    }
  }
}
