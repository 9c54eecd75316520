package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.logical.DumpCheck;
import io.mockupaws.engine.logical.OpenedDump;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code restore --verify-only}. */
record DumpVerified(
    String dump,
    boolean authenticated,
    Optional<String> cluster,
    Optional<String> source,
    Optional<Instant> startedAt,
    long storedBytes,
    long plainBytes,
    int entries,
    String clientTools,
    long durationMillis,
    List<String> warnings)
    implements Answer {

  static DumpVerified of(
      OpenedDump dump,
      ClientTools tools,
      DumpCheck.Checked checked,
      Duration took,
      List<String> warnings) {
    return new DumpVerified(
        dump.place(),
        dump.sidecar().isPresent(),
        dump.sidecar().map(DumpSidecar::cluster),
        dump.sidecar().map(DumpSidecar::database),
        dump.sidecar().map(DumpSidecar::startedAt),
        dump.size(),
        checked.plainBytes(),
        checked.entries(),
        tools.version() + " in " + tools.directory(),
        took.toMillis(),
        warnings);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("dump", dump));
    source.ifPresent(name -> fields.add(new Field("source", name + " of " + cluster.orElse("?"))));
    startedAt.ifPresent(time -> fields.add(new Field("of", Units.time(time))));
    fields.add(
        new Field(
            "proven",
            authenticated
                ? "by its sidecar: every byte is as it was written"
                : "NOT: it has no sidecar"));
    fields.add(
        new Field(
            "read",
            Units.bytes(storedBytes)
                + ", "
                + Units.bytes(plainBytes)
                + " decompressed, "
                + entries
                + " entries in its list, by the client programs "
                + clientTools));
    paper.fields(fields);
    warnings.forEach(warning -> paper.item("warning: " + warning));
    paper.line("nothing was restored");
  }

  @Override
  public boolean promisesKept() {
    return authenticated && warnings.isEmpty();
  }
}
