package io.mockupaws.store;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The body of an answer. Closed before its end it drops the connection: closing alone would read
 * all the rest of the object for nothing.
 */
final class S3Body extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> body;
  private final long expected;
  private final boolean isLengthKnown;
  private long read;

  S3Body(ResponseInputStream<GetObjectResponse> body) {
    super(body);
    this.body = body;
    Long length = body.response().contentLength();
    this.isLengthKnown = length != null;
    this.expected = length == null ? Long.MAX_VALUE : length;
  }

  /** Whether the server gave the range asked for; some give the whole object instead. */
  boolean beginsAt(long offset) {
    String range = body.response().contentRange();
    return range == null ? offset == 0 : range.startsWith("bytes " + offset + "-");
  }

  void abort() {
    body.abort();
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    return count(value < 0 ? -1 : 1) < 0 ? -1 : value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return count(in.read(target, offset, length));
  }

  private int count(int bytes) throws IOException {
    if (bytes > 0) {
      read += bytes;
    } else if (bytes < 0 && read < expected && isLengthKnown) {
      throw new EOFException("the answer ended after " + read + " of " + expected + " bytes");
    }
    return bytes;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(count);
    read += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (read < expected) {
      body.abort();
    } else {
      body.close();
    }
  }
}
