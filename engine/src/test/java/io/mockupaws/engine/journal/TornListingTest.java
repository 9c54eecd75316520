package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listing whose pages are of different moments, as a busy server's WAL comes in. */
class TornListingTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  /** Shows the first page of the tails as it was before. */
  private static final class Torn extends ForwardingStore {
    private List<ObjectInfo> before = List.of();
    private boolean torn;

    Torn() {
      super(Stores.inMemory());
    }

    /** What is there at this moment is what the first page will show. */
    void remember(String tails) {
      before = super.list(tails, "", 1000).objects();
    }

    /**
     * From here on what the first segment's pieces were is shown once more, and it as unfinished.
     */
    void tear() {
      torn = true;
    }

    @Override
    public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
      list(prefix, startAfter, 1000).objects().forEach(visitor);
    }

    @Override
    public ListPage list(String prefix, String startAfter, int limit) {
      ListPage page = super.list(prefix, startAfter, limit);
      if (prefix.endsWith("/tail/")) {
        List<ObjectInfo> shown = new ArrayList<>(torn ? before : List.of());
        shown.addAll(page.objects());
        return new ListPage(shown, page.more());
      }
      return torn && prefix.endsWith("/wal/")
          ? new ListPage(page.objects().subList(1, page.objects().size()), page.more())
          : page;
    }
  }

  @Test
  void aSegmentFinishedBetweenThePagesIsNoHole(@TempDir Path spool) {
    Torn store = new Torn();
    Repository repository = Repository.create(store, Optional.empty(), new SecureRandom());
    ClusterRepository cluster =
        repository.createCluster(
            new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
    MadeJournal made = new MadeJournal(repository, cluster, spool);
    var start = made.end();
    made.fillTo(0.4);
    made.store();
    assertThat(new Journal(cluster).view().end(FIRST)).contains(made.end());
    store.remember("clusters/c/tail/");
    made.fillTo(1.3);
    made.store();
    store.tear();
    JournalView view = new Journal(cluster).view();
    assertThat(view.holes()).isEmpty();
    assertThat(view.contiguousEnd(FIRST, start)).isEqualTo(made.end());
    assertThat(view.covers(FIRST, start, made.end())).isTrue();
  }
}
