package io.mockupaws.app.cli;

import io.mockupaws.engine.thaw.Frozen;
import io.mockupaws.engine.thaw.ThawEstimate;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What lies frozen.
 *
 * @param objects how many
 * @param bytes of them
 * @param classes where they lie
 * @param thawing how many were asked for already
 * @param speed how they would be thawed
 * @param longestMillis until the last can be read, as S3 typically has it
 * @param dollars about what it costs, by the price list of us-east-1
 */
record FrozenAnswer(
    long objects,
    long bytes,
    List<String> classes,
    long thawing,
    String speed,
    long longestMillis,
    double dollars) {
  static FrozenAnswer of(Collection<Frozen> frozen, Thaw speed) {
    ThawEstimate estimate = ThawEstimate.of(frozen, speed);
    Set<String> classes = new TreeSet<>();
    frozen.stream().map(Frozen::storageClass).map(StorageClass::name).forEach(classes::add);
    return new FrozenAnswer(
        estimate.objects(),
        estimate.bytes(),
        List.copyOf(classes),
        frozen.stream().filter(Frozen::thawing).count(),
        speed.name().toLowerCase(Locale.ROOT),
        estimate.longest().toMillis(),
        Math.round(estimate.dollars() * 100) / 100.0);
  }

  String text() {
    return Units.count(objects, "object")
        + ", "
        + Units.bytes(bytes)
        + ", lie in "
        + String.join(" and ", classes)
        + " and have to be thawed: "
        + speed
        + ", up to "
        + Units.duration(Duration.ofMillis(longestMillis))
        + ", about "
        + String.format(Locale.ROOT, "%.2f", dollars)
        + " dollars by the price list of us-east-1"
        + (thawing > 0
            ? "; " + thawing + " of them were asked for before, at a speed not known"
            : "");
  }
}
