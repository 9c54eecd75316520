package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the logical backups of a cluster. Changes nothing, and needs no client programs: what is
 * in a dump, {@link DumpCheck} lets {@code pg_restore} read.
 */
public final class DumpVerifier {
  private final ClusterRepository cluster;
  private final DumpSecrets secrets;

  /** Of a cluster. */
  public DumpVerifier(ClusterRepository cluster, DumpSecrets secrets) {
    this.cluster = cluster;
    this.secrets = secrets;
  }

  /** Watches a verification. */
  public interface Listener {
    /** So many bytes of a dump were read. */
    void read(LogicalBackup dump, long bytes);

    /** Whether the operator wants it to end. */
    boolean cancelled();
  }

  /**
   * By listing: each sidecar is proven, and the dump is there with the size that it names. What is
   * under way is left out, and what expired.
   */
  public List<DumpVerdict> list() {
    List<DumpVerdict> verdicts = new ArrayList<>();
    // One that ends while they are listed was under way before.
    boolean before = cluster.isHeld(LeaseRole.LOGICAL);
    LogicalCatalogue.Listed listed = new LogicalCatalogue(cluster, secrets).list();
    listed.backups().forEach(dump -> verdicts.add(DumpVerdict.whole(dump)));
    boolean underWay = before || cluster.isHeld(LeaseRole.LOGICAL);
    listed.others().stream()
        .filter(other -> !underWay || other.fault() != DumpFault.UNFINISHED)
        .forEach(other -> verdicts.add(DumpVerdict.of(other)));
    return verdicts;
  }

  /**
   * Reads a dump to its end as a restore would: every byte is compared with what the sidecar says,
   * decrypted and decompressed.
   *
   * @param listed what a listing says of it
   * @return empty when it was removed since then
   * @throws Failure VERIFY_INTERRUPTED; a store's
   */
  public Optional<DumpVerdict> read(DumpVerdict listed, Listener listener) {
    if (!listed.isWhole()) {
      return Optional.of(listed);
    }
    LogicalBackup dump =
        new LogicalBackup(
            listed.object(), listed.facts().orElseThrow(), listed.time().orElseThrow());
    DumpVerdict verdict = read(dump, listed, listener);
    boolean removed =
        verdict.fault().filter(fault -> fault == DumpFault.MISSING).isPresent()
            && cluster.store().stat(dump.sidecarKey()).isEmpty();
    return removed ? Optional.empty() : Optional.of(verdict);
  }

  private DumpVerdict read(LogicalBackup dump, DumpVerdict listed, Listener listener) {
    try (InputStream content =
        OpenedDump.open(new DumpBytes.InStore(cluster.store(), dump.key()), secrets, false)
            .content(bytes -> told(listener, dump, bytes))) {
      long plain = content.transferTo(OutputStream.nullOutputStream());
      long written = dump.facts().plainBytes();
      return plain == written
          ? listed
          : listed.with(
              DumpFault.CONTENT,
              "it has " + plain + " bytes decompressed, and " + written + " were written");
    } catch (Failure e) {
      if (e.code() == ErrorCode.VERIFY_INTERRUPTED) {
        throw e;
      }
      return listed.with(DumpFault.of(e), e.what());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void told(Listener listener, LogicalBackup dump, long bytes) {
    if (listener.cancelled()) {
      throw new Failure(
          ErrorCode.VERIFY_INTERRUPTED,
          "the verification was stopped before it was done",
          "run it again: it changes nothing; dumps are read from the beginning");
    }
    listener.read(dump, bytes);
  }
}
