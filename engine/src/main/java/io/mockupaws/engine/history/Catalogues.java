package io.mockupaws.engine.history;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.history.CatalogueSnapshot;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names of relations as they were at moments, beside the WAL: so that what is only a number
 * there can be named, also when the relation is gone.
 */
public final class Catalogues {
  /** Some 100 bytes each before compression. */
  static final int MOST_RELATIONS = 200_000;

  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final ClusterRepository repository;

  public Catalogues(ClusterRepository repository) {
    this.repository = repository;
  }

  /**
   * Reads the names of the server's databases, and stores them unless they are those that were
   * stored last.
   *
   * @return whether something was stored
   * @throws Failure when the server or the repository fails
   */
  public boolean keep(ServerAddress server) {
    return keep(server, false);
  }

  /**
   * The same, and leaves word that they were read in any case: once a backup was taken, so that
   * what is read of the WAL from its start on can be named for certain.
   *
   * @throws Failure when the server or the repository fails
   */
  public void keepBehindBackup(ServerAddress server) {
    keep(server, true);
  }

  private boolean keep(ServerAddress server, boolean always) {
    try (ServerSession session = ServerSession.open(server, ANSWER)) {
      Lsn from = CatalogueReading.position(session);
      byte[] names = new CatalogueReading(session, MOST_RELATIONS).read().encode();
      Timeline timeline = ServerFacts.read(session).timeline();
      return keep(names, timeline, from, CatalogueReading.position(session), always);
    }
  }

  /**
   * Stores names that were read on a timeline between two positions.
   *
   * @param always whether word is left also of those that are stored already
   */
  boolean keep(byte[] names, Timeline timeline, Lsn from, Lsn at, boolean always) {
    Optional<SnapshotKey> last =
        all().reversed().stream()
            .findFirst()
            .filter(key -> content(key).filter(known -> Arrays.equals(known, names)).isPresent());
    if (last.isPresent() && !always) {
      return false;
    }
    String name =
        last.map(key -> SnapshotKey.name(key.timeline(), key.at()))
            .orElseGet(() -> SnapshotKey.name(timeline, at));
    if (last.isEmpty()) {
      repository.put(repository.key(name), ObjectKind.RECORD, names);
    }
    NamesRead read = new NamesRead(timeline, from, at, name);
    repository.put(repository.key(read.name()), ObjectKind.RECORD, new byte[0]);
    return last.isEmpty();
  }

  /** All there are, in the order of timelines and positions. */
  List<SnapshotKey> all() {
    return repository.list(SnapshotKey.FOLDER).stream()
        .flatMap(object -> SnapshotKey.of(object.key()).stream())
        .toList();
  }

  /** When they were read, in the order of timelines and positions. */
  List<NamesRead> readings() {
    return repository.list(SnapshotKey.FOLDER).stream()
        .flatMap(object -> NamesRead.of(object.key()).stream())
        .toList();
  }

  /** The names that a reading found. */
  Optional<CatalogueSnapshot> read(NamesRead reading) {
    return SnapshotKey.of(repository.key(reading.names())).flatMap(this::read);
  }

  /** One of them; empty: it went, or cannot be understood, and names are then missing. */
  Optional<CatalogueSnapshot> read(SnapshotKey key) {
    try {
      return content(key).map(bytes -> CatalogueSnapshot.decode(key.key().value(), bytes));
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.UNKNOWN_FORMAT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Optional<byte[]> content(SnapshotKey key) {
    try {
      return Optional.of(repository.get(key.key(), ObjectKind.RECORD));
    } catch (Failure e) {
      if (e.code() != ErrorCode.OBJECT_MISSING && e.code() != ErrorCode.DAMAGED_OBJECT) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
