package io.mockupaws.engine.journal;

import io.mockupaws.bench.LoadedWal;
import io.mockupaws.bench.Read;
import io.mockupaws.core.pg.Lsn;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The walk with the sink that it has while WAL is received: the index of a segment. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class IndexBenchmark {

  @Benchmark
  public long index(LoadedWal wal, Read read) {
    IndexBuilder builder = new IndexBuilder();
    builder.begin(Lsn.ZERO);
    return wal.over(
        read,
        record -> {
          read.records++;
          builder.record(record);
        });
  }
}
