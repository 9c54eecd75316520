package io.mockupaws.app.daemon;

import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code /health/backup}.
 *
 * @param healthy whether there is no reason
 * @param at when it was looked
 */
public record HealthAnswer(boolean healthy, Instant at, List<OfCluster> clusters) {
  public HealthAnswer {
    clusters = List.copyOf(clusters);
  }

  /** How one cluster stands. */
  public record OfCluster(String cluster, boolean healthy, Instant at, List<Reason> reasons) {
    public OfCluster {
      reasons = List.copyOf(reasons);
    }
  }

  /** Of what was found for each. */
  public static HealthAnswer of(Instant now, List<OfCluster> clusters) {
    return new HealthAnswer(
        clusters.stream().allMatch(OfCluster::healthy),
        clusters.stream().map(OfCluster::at).min(Instant::compareTo).orElse(now),
        clusters);
  }
}
