package io.mockupaws.engine.journal;

import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * When WAL came into the repository, by the times its store noted.
 *
 * @param times of objects with WAL, and of marks that there was none, to the second, rising
 * @param peak bytes of WAL a second in the busiest ten minutes; empty with less than two segments
 */
public record Arrivals(List<Instant> times, Optional<Double> peak) {
  private static final Duration STEP = Duration.ofMinutes(10);

  public Arrivals {
    times = List.copyOf(times);
  }

  /** Those since {@code from}. What is held does not grow with the number of objects. */
  public static Arrivals since(ClusterRepository repository, Instant from) {
    NavigableSet<Long> seconds = new TreeSet<>();
    NavigableMap<Long, Long> steps = new TreeMap<>();
    Consumer<ObjectInfo> note =
        object -> {
          if (!object.modified().isBefore(from)) {
            seconds.add(object.modified().getEpochSecond());
          }
        };
    repository.forEach(
        JournalKeys.WAL,
        object -> {
          note.accept(object);
          if (!object.modified().isBefore(from)) {
            steps.merge(object.modified().getEpochSecond() / STEP.toSeconds(), 1L, Long::sum);
          }
        });
    repository.forEach(JournalKeys.TAIL, note);
    repository.forEach(JournalKeys.HEARD, note);
    long most = steps.values().stream().mapToLong(n -> n).max().orElse(0);
    double bytes = (double) most * repository.identity().walSegmentSize();
    return new Arrivals(
        seconds.stream().map(Instant::ofEpochSecond).toList(),
        most < 2 ? Optional.empty() : Optional.of(bytes / STEP.toSeconds()));
  }

  /** The newest; empty when nothing came. */
  public Optional<Instant> newest() {
    return times.isEmpty() ? Optional.empty() : Optional.of(times.getLast());
  }

  /** The longest time between two that followed each other, up to {@code now}. */
  public Duration longestPause(Instant now) {
    Duration longest = Duration.ZERO;
    for (int i = 0; i < times.size(); i++) {
      Instant next = i + 1 < times.size() ? times.get(i + 1) : now;
      Duration pause = Duration.between(times.get(i), next);
      longest = pause.compareTo(longest) > 0 ? pause : longest;
    }
    return longest;
  }
}
