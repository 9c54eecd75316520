package io.mockupaws.bench;

import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.WalChanges;
import io.mockupaws.core.wal.WalSink;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The record reader on one thread over real WAL in memory, in pieces as a server sends them. An
 * operation is all of the WAL; what counts is {@code bytes} a second, and {@code records} a second
 * to see how long one takes.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class RecordReaderBenchmark {
  private static final int BLOCK_SIZE = 8192;

  /** Every page's header, the chain, and every checksum. */
  @Benchmark
  public long walk(LoadedWal wal, Read read) {
    return wal.over(read, record -> read.records++);
  }

  /** The same, and the block references of each record. */
  @Benchmark
  public long references(LoadedWal wal, Read read) {
    long[] sum = new long[1];
    WalSink sink =
        record -> {
          read.records++;
          BlockReferences blocks = record.blocks();
          for (int i = 0; i < blocks.count(); i++) {
            sum[0] += blocks.relationNumber(i) + blocks.block(i);
          }
        };
    return wal.over(read, sink) + sum[0];
  }

  /** The same, and a summary of the changes, as bytes. */
  @Benchmark
  public byte[] summary(LoadedWal wal, Read read) {
    SummaryBuilder builder = new SummaryBuilder();
    WalChanges changes = new WalChanges(builder, BLOCK_SIZE);
    wal.over(
        read,
        record -> {
          read.records++;
          changes.record(record);
        });
    return SummaryBytes.of(builder.summary());
  }

  /** What the checksums alone would take, if all were one record. */
  @Benchmark
  public long checksumOfAllBytes(LoadedWal wal, Read read) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer piece : wal.pieces()) {
      crc.update(piece.rewind());
      read.bytes += piece.limit();
    }
    return crc.getValue();
  }
}
