package io.mockupaws.engine.history;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.history.CatalogueSnapshot;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerPosition;
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
    try (ServerSession session = ServerSession.open(server, ANSWER)) {
      byte[] names = new CatalogueReading(session, MOST_RELATIONS).read().encode();
      if (newest().filter(last -> Arrays.equals(last, names)).isPresent()) {
        return false;
      }
      Timeline timeline = ServerFacts.read(session).timeline();
      ServerPosition behind = ServerPosition.read(session);
      repository.put(
          repository.key(SnapshotKey.name(timeline, behind.end())), ObjectKind.RECORD, names);
      return true;
    }
  }

  private Optional<byte[]> newest() {
    List<SnapshotKey> all = all();
    return all.isEmpty() ? Optional.empty() : content(all.getLast());
  }

  /** All there are, in the order of timelines and positions. */
  List<SnapshotKey> all() {
    return repository.list(SnapshotKey.FOLDER).stream()
        .flatMap(object -> SnapshotKey.of(object.key()).stream())
        .toList();
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
