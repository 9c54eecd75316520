package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.SealedSidecar;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Dumps as a run leaves them, without a server, in the repositories of {@link MadeBackups}. */
public final class MadeDumps {
  private static final byte[] SALT = new byte[16];
  private static final DumpSecrets SECRETS =
      new DumpSecrets(Optional.of(Secret.of(MadeBackups.KEY)), List::of);

  private MadeDumps() {}

  /** What a cluster has of them. */
  public static LogicalCatalogue catalogue(ClusterRepository cluster) {
    return new LogicalCatalogue(cluster, SECRETS);
  }

  /** What a sidecar would say. */
  public static LogicalBackup fact(
      DumpSidecar.Content content, String database, Instant started, List<String> filters) {
    ObjectKey key = DumpName.key("", database, content, started);
    return new LogicalBackup(
        key,
        facts(
            "c",
            key,
            content,
            database,
            started,
            filters,
            new DumpOutput.Written(1, 1, "", List.of())),
        started);
  }

  /** Makes one of a whole database. */
  public static ObjectKey make(Store store, String cluster, String database, Instant started) {
    ObjectKey key = DumpName.key("", database, DumpSidecar.Content.DATABASE, started);
    Secret secret = SECRETS.forWriting();
    try (DumpOutput output =
        new DumpOutput(
            store, key, secret, new DumpOutput.Making(1, new SecureRandom(), () -> false))) {
      output.content().write(database.getBytes(StandardCharsets.UTF_8));
      DumpSidecar facts =
          facts(
              cluster,
              key,
              DumpSidecar.Content.DATABASE,
              database,
              started,
              List.of(),
              output.commit());
      store.create(
          Dumps.sidecarOf(key),
          SealedSidecar.encode(
              facts, SECRETS.fingerprint(secret), SALT, SECRETS.forWriting(secret, SALT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return key;
  }

  private static DumpSidecar facts(
      String cluster,
      ObjectKey key,
      DumpSidecar.Content content,
      String database,
      Instant started,
      List<String> filters,
      DumpOutput.Written written) {
    String none = "0".repeat(64);
    return new DumpSidecar(
        key.fileName(),
        content,
        cluster,
        7,
        database,
        started,
        started,
        150_018,
        "15.18",
        filters,
        written.plainBytes(),
        OptionalLong.empty(),
        written.size(),
        written.sha256().isEmpty() ? none : written.sha256(),
        DumpOutput.PIECE_BYTES,
        written.pieces().isEmpty() ? List.of(none) : written.pieces(),
        Optional.empty());
  }
}
