package io.mockupaws.store;

import java.nio.ByteBuffer;

/** One store's part of an upload to several: cuts what comes into parts of that store's size. */
final class GroupLane {
  private final Member member;
  private final Upload upload;
  private final boolean cuts;
  private final ByteBuffer part;

  /** Of the bytes that came last, how many were taken before a fault: they come again. */
  private int taken;

  GroupLane(Member member, Upload upload, int groupPartSize) {
    this.member = member;
    this.upload = upload;
    this.cuts = member.store().partSize() != groupPartSize;
    this.part = ByteBuffer.allocate(cuts ? member.store().partSize() : 0);
  }

  Member member() {
    return member;
  }

  synchronized boolean add(byte[] bytes) {
    if (!cuts) {
      upload.part(ByteBuffer.wrap(bytes));
      return true;
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, taken, bytes.length - taken);
    while (rest.hasRemaining()) {
      if (!part.hasRemaining()) {
        send();
      }
      int count = Math.min(rest.remaining(), part.remaining());
      part.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
      taken = rest.position();
    }
    taken = 0;
    return true;
  }

  private void send() {
    upload.part(part.duplicate().flip());
    part.clear();
  }

  synchronized CreateOutcome commit() {
    if (part.position() > 0) {
      send();
    }
    return upload.commit();
  }

  /** Ends it; what was committed stays. */
  synchronized boolean abandon() {
    upload.close();
    return true;
  }
}
