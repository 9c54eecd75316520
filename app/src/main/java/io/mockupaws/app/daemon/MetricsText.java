package io.mockupaws.app.daemon;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Metrics in Prometheus' text format. */
final class MetricsText {
  static final String TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private MetricsText() {}

  static byte[] of(List<Metric> metrics) {
    Map<String, List<Metric>> byName = new LinkedHashMap<>();
    metrics.forEach(m -> byName.computeIfAbsent(m.name(), _ -> new ArrayList<>()).add(m));
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    byName.values().forEach(values -> all.metricSnapshot(snapshot(values)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(bytes, all.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static MetricSnapshot snapshot(List<Metric> values) {
    Metric first = values.getFirst();
    return switch (first.kind()) {
      case GAUGE -> {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(first.name()).help(first.help());
        values.forEach(
            m ->
                gauge.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels(m))
                        .value(m.value())
                        .build()));
        yield gauge.build();
      }
      case COUNTER -> {
        CounterSnapshot.Builder counter =
            CounterSnapshot.builder().name(first.name()).help(first.help());
        values.forEach(
            m ->
                counter.dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels(m))
                        .value(m.value())
                        .build()));
        yield counter.build();
      }
    };
  }

  private static Labels labels(Metric metric) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(metric.labels())
        .forEach(
            (name, value) -> {
              pairs.add(name);
              pairs.add(value);
            });
    return Labels.of(pairs.toArray(String[]::new));
  }
}
