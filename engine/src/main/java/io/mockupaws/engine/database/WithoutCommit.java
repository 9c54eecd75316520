package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes a script of {@code pg_restore --single-transaction} on, but for the COMMIT at its end. The
 * end is held back until the script is whole: a line like it may stand anywhere in the data, but
 * not there ({@code RestoreArchive}, {@code pg_backup_archiver.c}).
 */
final class WithoutCommit extends OutputStream {
  private static final int HELD = 1024;
  private static final Pattern END =
      Pattern.compile(
          "\\nCOMMIT;(\\n\\n--\\n-- PostgreSQL database dump complete\\n--\\n\\n"
              + "(\\\\unrestrict [A-Za-z0-9]+\\n\\n)?)$");

  private final OutputStream to;
  private byte[] held = new byte[0];

  WithoutCommit(OutputStream to) {
    this.to = to;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] all = Arrays.copyOf(held, held.length + length);
    System.arraycopy(bytes, offset, all, held.length, length);
    int passed = Math.max(0, all.length - HELD);
    to.write(all, 0, passed);
    held = Arrays.copyOfRange(all, passed, all.length);
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  /**
   * Passes the end on, once the script's maker has ended well.
   *
   * @throws Failure DATABASE_COPY_FAILED when it does not end as it must
   */
  void finish() throws IOException {
    String text = new String(held, StandardCharsets.ISO_8859_1);
    Matcher end = END.matcher(text);
    if (!end.find()) {
      throw new Failure(
          ErrorCode.DATABASE_COPY_FAILED,
          "the script of pg_restore does not end with a COMMIT and the words that it is complete",
          "report this with the version of pg_restore; --replace and --disposable need no script");
    }
    String rest = text.substring(0, end.start()) + end.group(1);
    to.write(rest.getBytes(StandardCharsets.ISO_8859_1));
    to.flush();
  }
}
