package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.List;
import java.util.Optional;

/**
 * What was delivered as a file, in every one of several stores: PostgreSQL may forget the file once
 * it is told that it is durable, and with {@code durability: all} that means in all of them.
 */
final class EveryCopy {
  private final ClusterRepository repository;
  private final JournalKeys keys;

  EveryCopy(ClusterRepository repository) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
  }

  /**
   * Brings the objects of a file into the stores that lack them.
   *
   * @throws Failure WAL_NOT_DURABLE where one does not have them then
   */
  void demand(ArchiveName name) {
    switch (name) {
      case ArchiveName.Whole(SegmentName segment) -> demand(keys.segment(segment));
      case ArchiveName.Partial(SegmentName segment) ->
          repository.list(keys.pieces(segment)).forEach(piece -> demand(piece.key()));
      case ArchiveName.History(Timeline timeline) -> demand(keys.history(timeline));
      case ArchiveName.BackupNote() -> {
        // nothing of it is kept
      }
    }
  }

  private void demand(ObjectKey key) {
    List<Member> members = repository.store().members();
    Optional<Store> source = members.stream().filter(m -> has(m, key)).map(Member::store).findAny();
    for (Member member : members) {
      if (!has(member, key)) {
        copy(key, source, member);
      }
    }
  }

  private boolean has(Member member, ObjectKey key) {
    try {
      return member.ask(store -> store.stat(key)).isPresent();
    } catch (StoreException e) {
      throw notDurable(member, e);
    }
  }

  private void copy(ObjectKey key, Optional<Store> source, Member to) {
    try {
      repository
          .copier()
          .copy(key, source.orElseThrow(() -> notDurable(to, "none has it")), to.store());
    } catch (StoreException e) {
      throw notDurable(to, e);
    }
  }

  private static Failure notDurable(Member member, StoreException e) {
    return notDurable(member, e.what());
  }

  private static Failure notDurable(Member member, String why) {
    return new Failure(
        ErrorCode.WAL_NOT_DURABLE,
        "durability is all, and the store " + member.address() + " does not have the file: " + why,
        "PostgreSQL tries again by itself, and keeps the file until every store has it.");
  }
}
