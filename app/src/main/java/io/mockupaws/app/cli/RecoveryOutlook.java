package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.app.daemon.Reason;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.objective.Prediction;
import io.mockupaws.engine.restore.RestoreForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How long a recovery asked for at this moment would take, beside what is allowed and what the last
 * one took, as {@code status} shows it.
 *
 * @param filesMeasured whether the rate of files is measured; else it is assumed
 * @param walBytesPerSecond that the server wrote lately
 * @param passesAfterSeconds until the objective would be passed without another backup
 * @param last what the newest recovery took that was measured
 */
record RecoveryOutlook(
    long objectiveMillis,
    Optional<String> backup,
    Optional<Long> predictedMillis,
    Optional<Long> filesMillis,
    Optional<Long> replayMillis,
    Optional<Long> replayBytes,
    boolean filesMeasured,
    boolean replayMeasured,
    Optional<Long> walBytesPerSecond,
    Optional<Long> passesAfterSeconds,
    Optional<Last> last) {

  /** What was measured. */
  record Last(
      Instant at, String host, long rtoMillis, long rpoMillis, long bytes, long replayBytes) {
    static Last of(Measurement measured) {
      return new Last(
          measured.at(),
          measured.host(),
          measured.recoveryTime().toMillis(),
          measured.lost().toMillis(),
          measured.bytes(),
          measured.replayedBytes());
    }
  }

  static RecoveryOutlook of(
      Duration objective,
      Optional<RestoreForecast> forecast,
      OptionalDouble walPerSecond,
      List<Measurement> measured) {
    Optional<Prediction> prediction = forecast.map(RestoreForecast::prediction);
    return new RecoveryOutlook(
        objective.toMillis(),
        forecast.map(f -> f.backup().id().value()),
        prediction.map(p -> p.total().toMillis()),
        prediction.map(p -> p.files().toMillis()),
        prediction.map(p -> p.replay().toMillis()),
        prediction.map(Prediction::replayBytes),
        prediction.filter(p -> p.rates().files().isPresent()).isPresent(),
        prediction.filter(p -> p.rates().replay().isPresent()).isPresent(),
        walPerSecond.isPresent()
            ? Optional.of((long) walPerSecond.getAsDouble())
            : Optional.empty(),
        prediction.flatMap(p -> p.passes(objective, walPerSecond)).map(Duration::toSeconds),
        measured.isEmpty() ? Optional.empty() : Optional.of(Last.of(measured.getLast())));
  }

  /** What an operator has to do about it. */
  Optional<Reason> problem() {
    Optional<Long> predicted = predictedMillis.filter(millis -> millis > objectiveMillis);
    if (predicted.isEmpty()) {
      return Optional.empty();
    }
    boolean files = filesMillis.filter(millis -> millis > objectiveMillis).isPresent();
    return Optional.of(
        new Reason(
            "rto",
            "a recovery would take "
                + text(predicted.get())
                + "; the objective is "
                + text(objectiveMillis)
                + (files
                    ? ": writing the files alone takes longer, and no backup changes that"
                    : ""),
            files
                ? "recover to faster disks, or set another objectives.rto"
                : "run mockupaws backup, which leaves less WAL to replay; a running stream does"
                    + " it by itself. It would begin with "
                    + backup.orElse("no backup")
                    + ": where there is a newer one, that has corrupt pages or lies on another"
                    + " branch, see mockupaws list"));
  }

  List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("recovery", predictedText()));
    walBytesPerSecond.ifPresent(
        rate -> fields.add(new Field("WAL written", Units.bytes(rate) + "/s" + passesText())));
    fields.add(
        new Field(
            "last recovery",
            last.map(
                    l ->
                        text(l.rtoMillis())
                            + " with "
                            + Units.bytes(l.bytes())
                            + " and "
                            + Units.bytes(l.replayBytes())
                            + " of WAL, "
                            + Units.time(l.at())
                            + ", on "
                            + l.host())
                .orElse("none was measured: run mockupaws restore --start")));
    return fields;
  }

  private String predictedText() {
    if (predictedMillis.isEmpty()) {
      return "nothing can be recovered (objective " + text(objectiveMillis) + ")";
    }
    return "would take "
        + text(predictedMillis.get())
        + ": files "
        + filesMillis.map(RecoveryOutlook::text).orElse("")
        + (filesMeasured ? " (as measured)" : " (assumed)")
        + ", replay of "
        + replayBytes.map(Units::bytes).orElse("")
        + " "
        + replayMillis.map(RecoveryOutlook::text).orElse("")
        + (replayMeasured ? " (as measured)" : " (assumed)")
        + "; objective "
        + text(objectiveMillis);
  }

  private String passesText() {
    return passesAfterSeconds
        .map(
            seconds ->
                seconds == 0
                    ? ""
                    : "; without a backup the objective is passed in "
                        + text(Duration.ofSeconds(seconds).toMillis()))
        .orElse("");
  }

  private static String text(long millis) {
    return Units.duration(Duration.ofMillis(millis));
  }
}
