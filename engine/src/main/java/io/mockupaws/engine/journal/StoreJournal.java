package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import java.util.Optional;

/**
 * What one of several stores has of a cluster by itself: what would be left if the others were
 * gone.
 *
 * @param end up to where it has WAL
 * @param behind how far that is behind the server; empty when the server was not asked
 * @param newest the newest moment that can be recovered from it alone; empty when it has no backup
 *     with its WAL
 */
public record StoreJournal(Lsn end, Optional<Behind> behind, Optional<Moment> newest) {

  /**
   * Looks into one store.
   *
   * @param server asked before the stores are
   * @return empty when it cannot be read, or has no WAL
   */
  public static Optional<StoreJournal> of(
      ClusterRepository cluster, Member member, Optional<ServerPosition> server) {
    try {
      Journal journal = new Journal(cluster.in(member));
      JournalView view = journal.view();
      Optional<Window> window = journal.window(view);
      return view.latestTimeline()
          .flatMap(view::end)
          .map(
              end ->
                  new StoreJournal(
                      end,
                      server.map(at -> Behind.of(at, end, window)),
                      window.flatMap(Window::to)));
    } catch (Failure e) {
      // It went away, or what it has is damaged: what is said of it says so.
      return Optional.empty();
    }
  }
}
