package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.logical.DumpFault;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.DumpVerdict;
import io.mockupaws.engine.logical.DumpVerifier;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.verify.Depth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The part of a verification that looks at logical backups. */
record DumpsVerified(List<DumpVerdict> dumps) {

  /** Every dump of the cluster. */
  static DumpsVerified all(
      ClusterRepository cluster,
      DumpSecrets secrets,
      Depth depth,
      ProgressLine line,
      BooleanSupplier cancelled) {
    DumpVerifier verifier = new DumpVerifier(cluster, secrets);
    return new DumpsVerified(verified(verifier, verifier.list().stream(), depth, line, cancelled));
  }

  /**
   * One of them.
   *
   * @throws Failure UNKNOWN_BACKUP
   */
  static DumpsVerified named(
      ClusterRepository cluster,
      DumpSecrets secrets,
      String name,
      Depth depth,
      ProgressLine line,
      BooleanSupplier cancelled) {
    DumpVerifier verifier = new DumpVerifier(cluster, secrets);
    List<DumpVerdict> found =
        verified(
            verifier,
            verifier.list().stream().filter(dump -> dump.name().equals(name)),
            depth,
            line,
            cancelled);
    if (found.isEmpty()) {
      new LogicalCatalogue(cluster, secrets).find(name);
      throw new Failure(
          ErrorCode.UNKNOWN_BACKUP,
          "the cluster " + cluster.identity().name() + " has no dump " + name,
          "see which there are: mockupaws list --kind logical; one that lies elsewhere is for:"
              + " mockupaws restore FILE --verify-only");
    }
    return new DumpsVerified(found);
  }

  private static List<DumpVerdict> verified(
      DumpVerifier verifier,
      Stream<DumpVerdict> listed,
      Depth depth,
      ProgressLine line,
      BooleanSupplier cancelled) {
    return switch (depth) {
      case LISTED -> listed.toList();
      case READ -> {
        Shown shown = new Shown(line, cancelled);
        yield listed.flatMap(dump -> verifier.read(dump, shown).stream()).toList();
      }
    };
  }

  /** Shows which dump is read. */
  private static final class Shown implements DumpVerifier.Listener {
    private final ProgressLine line;
    private final BooleanSupplier cancelled;
    private String shown = "";

    Shown(ProgressLine line, BooleanSupplier cancelled) {
      this.line = line;
      this.cancelled = cancelled;
    }

    @Override
    public void read(LogicalBackup dump, long bytes) {
      if (!dump.name().equals(shown)) {
        shown = dump.name();
        line.phase("reading " + shown);
      }
      line.bytes(bytes, OptionalLong.of(dump.facts().size()));
    }

    @Override
    public boolean cancelled() {
      return cancelled.getAsBoolean();
    }
  }

  /** Bytes of those that are whole. */
  long bytes() {
    return dumps.stream()
        .filter(DumpVerdict::isWhole)
        .flatMap(dump -> dump.facts().stream())
        .mapToLong(DumpSidecar::size)
        .sum();
  }

  List<VerifyAnswer.DumpLine> lines() {
    return dumps.stream()
        .map(
            dump ->
                new VerifyAnswer.DumpLine(
                    dump.name(),
                    dump.facts().map(DumpSidecar::database),
                    dump.time(),
                    dump.isWhole(),
                    dump.isWhole() ? List.of() : List.of(dump.why())))
        .toList();
  }

  List<VerifyAnswer.FindingLine> findings() {
    return dumps.stream()
        .filter(dump -> !dump.isWhole())
        .map(
            dump ->
                new VerifyAnswer.FindingLine(
                    dump.fault().orElseThrow().word(), dump.object().value(), dump.why()))
        .toList();
  }

  /**
   * What is gone with a dump: its moment, unless physical backups and WAL reach it.
   *
   * @param window what they reach
   */
  List<String> lost(List<Window.Range> window) {
    return dumps.stream()
        .filter(dump -> dump.fault().filter(DumpFault::isLoss).isPresent())
        .filter(dump -> !isReached(window, dump))
        .map(
            dump ->
                "what the dump "
                    + dump.name()
                    + " held: no physical backup and WAL looked at reach its moment")
        .toList();
  }

  /** What was dumped is of a moment between its beginning and its end. */
  private static boolean isReached(List<Window.Range> window, DumpVerdict dump) {
    Optional<Instant> end = dump.facts().map(DumpSidecar::finishedAt).or(dump::time);
    return window.stream()
        .anyMatch(
            range ->
                dump.time().filter(time -> !time.isBefore(range.from().time())).isPresent()
                    && end.filter(time -> !time.isAfter(range.to().time())).isPresent());
  }
}
