package io.mockupaws.engine.objective;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What recoveries of a cluster took, kept in its repository: whoever recovers next reads it. */
public final class Measurements {
  static final String FOLDER = "measured/";

  /** Older ones tell of other machines, and of a cluster of another size. */
  private static final int NEWEST = 5;

  private static final int RECENT = 100;

  private final ClusterRepository repository;

  public Measurements(ClusterRepository repository) {
    this.repository = repository;
  }

  /**
   * Keeps one.
   *
   * @throws Failure what the store refuses it with
   */
  public void keep(Measurement measured, RandomGenerator random) {
    String name =
        String.format(
            Locale.ROOT, "%016X-%04x", measured.at().toEpochMilli(), random.nextInt(0x10000));
    repository.put(repository.key(FOLDER + name), ObjectKind.RECORD, measured.encode());
  }

  /** The newest five, oldest first. One that is damaged is passed over; {@code verify} names it. */
  public List<Measurement> newest() {
    return newest(NEWEST);
  }

  /** The newest hundred, likewise. */
  public List<Measurement> recent() {
    return newest(RECENT);
  }

  private List<Measurement> newest(int most) {
    List<ObjectInfo> objects = repository.list(FOLDER);
    List<Measurement> found = new ArrayList<>();
    for (ObjectInfo object : objects.subList(Math.max(0, objects.size() - most), objects.size())) {
      try {
        found.add(read(object.key()));
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return found;
  }

  private Measurement read(ObjectKey key) {
    return Measurement.decode(key, repository.get(key, ObjectKind.RECORD));
  }
}
