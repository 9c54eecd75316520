package io.mockupaws.demo.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * What a recovered server must hold.
 *
 * @param completeUpTo every row acknowledged by then must be there
 * @param nothingAfter no row whose COMMIT was sent later may be there; empty when any may
 */
public record ProofTarget(Instant completeUpTo, Optional<Instant> nothingAfter) {

  /** Recovered to that time, in whole microseconds. */
  public static ProofTarget at(Instant time) {
    return new ProofTarget(time, Optional.of(time));
  }

  /** Recovered to the newest, of which nothing acknowledged by that time may be lost. */
  public static ProofTarget latest(Instant completeUpTo) {
    return new ProofTarget(completeUpTo, Optional.empty());
  }
}
