package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.DumpBytes;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dump that was found, with what has to stay open while it is read.
 *
 * @param passedOver what is newer and cannot be used, in words
 */
record DumpSource(
    DumpBytes bytes, DumpSecrets secrets, Optional<Store> place, List<String> passedOver)
    implements AutoCloseable {

  /** A file of this host or an object of any bucket; the repository is needed for former keys. */
  static DumpSource elsewhere(Session session, Config config, String source) {
    DumpSecrets secrets = session.dumpSecrets(config, Optional.empty());
    if (!source.contains("://")) {
      return new DumpSource(
          new DumpBytes.InFile(Path.of(source).toAbsolutePath().normalize()),
          secrets,
          Optional.empty(),
          List.of());
    }
    if (source.startsWith("file://")) {
      return elsewhere(session, config, directory(StoreAddress.parse(source)));
    }
    int query = source.indexOf('?');
    String path = query < 0 ? source : source.substring(0, query);
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    if (!ObjectKey.isLegal(name)) {
      throw new Failure(
          ErrorCode.BAD_ADDRESS,
          "an object's name has letters, digits and . _ + = - alone: " + name,
          "bring the dump to this host and name the file");
    }
    String folder = path.substring(0, slash) + (query < 0 ? "" : source.substring(query));
    Store store = session.parts().openStore(config, StoreAddress.parse(folder));
    return new DumpSource(
        new DumpBytes.InStore(store, ObjectKey.of(name)), secrets, Optional.of(store), List.of());
  }

  private static String directory(StoreAddress address) {
    return switch (address) {
      case StoreAddress.Directory directory -> directory.path().toString();
      case StoreAddress.Bucket bucket -> bucket.text();
    };
  }

  /**
   * One of the repository's.
   *
   * @throws Failure UNKNOWN_BACKUP
   */
  static DumpSource named(Session session, Config config, OpenCluster open, String name) {
    DumpSecrets secrets = secrets(session, config, open.repository());
    return catalogue(open, secrets)
        .find(name)
        .map(key -> in(open, key, secrets, List.of()))
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.UNKNOWN_BACKUP,
                    "the cluster "
                        + open.cluster().identity().name()
                        + " has no dump "
                        + name
                        + ", and there is no such file",
                    "see which there are: mockupaws list --kind logical"));
  }

  /** The newest whole dump of a database. */
  static Optional<DumpSource> newest(
      Session session, Config config, OpenCluster open, String database) {
    DumpSecrets secrets = secrets(session, config, open.repository());
    LogicalCatalogue.Listed listed = catalogue(open, secrets).list();
    Optional<LogicalBackup> newest = listed.newest(database);
    List<String> passedOver =
        new ArrayList<>(
            listed.passedOver(database, newest).stream()
                .map(one -> "newer and NOT usable: " + one.key() + ": " + one.why())
                .toList());
    newest
        .filter(LogicalBackup::isAhead)
        .ifPresent(
            one ->
                passedOver.add(
                    "the clock of the host that took "
                        + one.name()
                        + " was ahead: it was stored "
                        + Units.time(one.storedAt())));
    return newest.map(one -> in(open, one.key(), secrets, passedOver));
  }

  private static DumpSecrets secrets(Session session, Config config, Repository repository) {
    return session.dumpSecrets(config, Optional.of(repository));
  }

  private static LogicalCatalogue catalogue(OpenCluster open, DumpSecrets secrets) {
    return new LogicalCatalogue(open.cluster(), secrets);
  }

  private static DumpSource in(
      OpenCluster open, ObjectKey key, DumpSecrets secrets, List<String> passedOver) {
    return new DumpSource(
        new DumpBytes.InStore(open.cluster().store(), key), secrets, Optional.empty(), passedOver);
  }

  @Override
  public void close() {
    secrets.close();
    place.ifPresent(Store::close);
  }
}
