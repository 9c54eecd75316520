package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;

/** A stream that goes on from another store's copy, at the same byte, where one breaks for good. */
final class GroupStream extends InputStream {
  private final GroupCalls calls;
  private final ObjectKey key;
  private long position;
  private Source source;

  /** Where the bytes come from now. */
  private record Source(Member member, InputStream in) {}

  GroupStream(GroupCalls calls, ObjectKey key, long position) {
    this.calls = calls;
    this.key = key;
    this.position = position;
    this.source = open();
  }

  private Source open() {
    long from = position;
    return calls.read(member -> new Source(member, member.store().read(key, from)));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    for (int tries = 0; ; tries++) {
      try {
        int count = source.in().read(target, offset, length);
        position += Math.max(0, count);
        return count;
      } catch (StoreException e) {
        boolean frozen = e.code() == ErrorCode.OBJECT_FROZEN;
        if (!(frozen || Member.isOfStore(e)) || tries > 2 * calls.candidates().size()) {
          throw e;
        }
        if (!frozen) {
          source.member().failed(e);
        }
        try {
          source.in().close();
        } catch (StoreException suppressed) {
          e.addSuppressed(suppressed);
        }
        source = open();
      }
    }
  }

  @Override
  public int available() throws IOException {
    return source.in().available();
  }

  @Override
  public void close() throws IOException {
    source.in().close();
  }
}
