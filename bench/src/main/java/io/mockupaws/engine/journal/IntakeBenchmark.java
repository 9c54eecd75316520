package io.mockupaws.engine.journal;

import io.mockupaws.bench.LoadedWal;
import io.mockupaws.bench.Read;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.summary.Summary;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The walk with both sinks that it has while WAL is received: a segment's index and its summary.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class IntakeBenchmark {

  @Benchmark
  public Summary indexAndSummary(LoadedWal wal, Read read) {
    IndexBuilder index = new IndexBuilder();
    SegmentChanges changes = new SegmentChanges();
    index.begin(Lsn.ZERO);
    wal.over(
        read,
        record -> {
          read.records++;
          index.record(record);
          changes.record(record);
        });
    return changes.seen();
  }
}
