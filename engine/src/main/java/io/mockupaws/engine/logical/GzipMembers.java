package io.mockupaws.engine.logical;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses by gzip, level 9, on several cores: each mebibyte is a member of its own, and gzip
 * reads members one behind the other as one file (RFC 1952, 2.2). One thread writes; what is
 * compressed is handed on in its order by another one.
 */
final class GzipMembers extends OutputStream {
  /** Of a member's content. */
  static final int MEMBER_BYTES = 1 << 20;

  private static final int LEVEL = 9;
  private static final int TRAILER = 8;
  private static final long LOOK_MILLIS = 100;

  /** No name and no time; compressed as far as it goes; Unix. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, 3};

  /** Takes whole members, in order, by one thread. */
  interface Sink {
    void accept(byte[] member);
  }

  private final Sink sink;
  private final BooleanSupplier stopped;
  private final ExecutorService workers;
  private final BlockingQueue<FutureTask<byte[]>> members;
  private final Thread writer;
  private byte[] plain = new byte[MEMBER_BYTES];
  private int filled;
  private long bytes;
  private volatile boolean ended;
  private volatile boolean closed;
  private volatile boolean handedOn;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /**
   * Begins.
   *
   * @param cores how many members are compressed at once
   * @param stopped whether whoever writes is to wait no longer
   */
  GzipMembers(int cores, Sink sink, BooleanSupplier stopped) {
    this.sink = sink;
    this.stopped = stopped;
    this.members = new ArrayBlockingQueue<>(cores + 1);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            cores,
            cores,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("gzip-", 0).factory());
    // one that cannot be had is told before anything waits for it
    threads.prestartAllCoreThreads();
    this.workers = threads;
    this.writer = Thread.ofVirtual().name("gzip-writer").start(this::handOn);
  }

  /** What was written so far, before compression. */
  long bytes() {
    return bytes;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    bytes += length;
    for (int at = 0; at < length; ) {
      int count = Math.min(length - at, MEMBER_BYTES - filled);
      System.arraycopy(from, offset + at, plain, filled, count);
      filled += count;
      at += count;
      if (filled == MEMBER_BYTES) {
        submit();
      }
    }
  }

  private void submit() {
    byte[] content = plain;
    int length = filled;
    plain = new byte[MEMBER_BYTES];
    filled = 0;
    FutureTask<byte[]> task = new FutureTask<>(() -> member(content, length));
    workers.execute(task);
    try {
      while (!members.offer(task, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throwFailure();
        if (stopped.getAsBoolean()) {
          throw new IllegalStateException("stopped");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    throwFailure();
  }

  private void throwFailure() {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void handOn() {
    try {
      for (Optional<byte[]> next = next(); next.isPresent() && !closed; next = next()) {
        sink.accept(next.get());
      }
      handedOn = !closed;
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    } catch (Throwable e) {
      // whatever ends this thread ends the dump: the other one would wait for it for ever
      failure = Optional.of(new IllegalStateException(e));
    }
  }

  private Optional<byte[]> next() throws InterruptedException, ExecutionException {
    while (true) {
      // Looked at before the queue: what is in it was put there before the end was said.
      boolean last = ended;
      FutureTask<byte[]> task = members.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (task != null) {
        return Optional.of(task.get());
      }
      if (last) {
        return Optional.empty();
      }
    }
  }

  /** Compresses and hands on what is left; returns when all of it was taken. */
  void finish() {
    if (filled > 0 || bytes == 0) {
      submit();
    }
    end();
    throwFailure();
    if (!handedOn) {
      throw new IllegalStateException("not everything was handed on");
    }
  }

  private void end() {
    ended = true;
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends everything; without {@link #finish()} the rest is thrown away. */
  @Override
  public void close() {
    if (!handedOn) {
      closed = true;
      // it may wait for a store; nobody wants what it has
      writer.interrupt();
    }
    end();
    // what is compressed at this moment takes a moment more; nobody looks at it
    workers.shutdown();
  }

  private static byte[] member(byte[] content, int length) {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setInput(content, 0, length);
      deflater.finish();
      byte[] out = Arrays.copyOf(HEADER, length / 4 + HEADER.length + TRAILER + 64);
      int size = HEADER.length;
      while (!deflater.finished()) {
        if (size == out.length) {
          out = Arrays.copyOf(out, out.length * 2);
        }
        size += deflater.deflate(out, size, out.length - size);
      }
      CRC32 crc = new CRC32();
      crc.update(content, 0, length);
      byte[] whole = Arrays.copyOf(out, size + TRAILER);
      ByteBuffer.wrap(whole, size, TRAILER)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt((int) crc.getValue())
          .putInt(length);
      return whole;
    } finally {
      deflater.end();
    }
  }
}
