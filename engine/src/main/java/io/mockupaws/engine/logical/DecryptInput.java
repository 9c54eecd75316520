package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.DumpCipher;
import io.mockupaws.core.crypto.Secret;
import java.io.IOException;
import java.io.InputStream;

/** What was encrypted by OpenSSL's format, decrypted. */
final class DecryptInput extends InputStream {
  private static final int BUFFER = 256 * 1024;

  private final DumpBytes bytes;
  private final InputStream in;
  private final DumpCipher cipher;
  private final byte[] buffer = new byte[BUFFER];
  private byte[] plain = {};
  private int at;
  private boolean ended;

  DecryptInput(DumpBytes bytes, InputStream in, Secret secret) throws IOException {
    this.bytes = bytes;
    this.in = in;
    this.cipher =
        DumpCipher.decrypting(secret, in.readNBytes(DumpCipher.HEADER_BYTES))
            .orElseThrow(
                () ->
                    PieceInput.damaged(
                        bytes, "it does not begin as openssl enc writes it (Salted__)"));
  }

  @Override
  public int read() throws IOException {
    return fill() ? plain[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, plain.length - at);
    System.arraycopy(plain, at, to, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    while (at == plain.length && !ended) {
      int count = in.read(buffer);
      at = 0;
      if (count >= 0) {
        plain = cipher.update(buffer, 0, count);
      } else {
        ended = true;
        plain =
            cipher
                .finish()
                .orElseThrow(
                    () ->
                        PieceInput.damaged(
                            bytes,
                            "its end does not decrypt: it is cut off, or the key is another"
                                + " one"));
      }
    }
    return at < plain.length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
