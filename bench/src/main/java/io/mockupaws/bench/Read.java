package io.mockupaws.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What was read in one iteration; JMH shows both by the second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Read {
  public long bytes;
  public long records;

  @Setup(Level.Iteration)
  public void reset() {
    bytes = 0;
    records = 0;
  }
}
