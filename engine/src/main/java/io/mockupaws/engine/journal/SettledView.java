package io.mockupaws.engine.journal;

import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A look at a journal that is being written. Segments are stored side by side, so that one may be
 * there before the one in front of it: such a gap closes by itself, and is not yet a hole.
 */
final class SettledView {
  private static final long PAUSE_NANOS = 200_000_000;

  /** After so many looks what is missing is called a hole. */
  private static final int LOOKS = 15;

  private final ClusterRepository repository;
  private final Supplier<JournalView> journal;
  private final LongConsumer pause;

  SettledView(ClusterRepository repository, Supplier<JournalView> journal) {
    this(repository, journal, LockSupport::parkNanos);
  }

  SettledView(ClusterRepository repository, Supplier<JournalView> journal, LongConsumer pause) {
    this.repository = repository;
    this.journal = journal;
    this.pause = pause;
  }

  /** The first view without such a gap, or the one of three seconds later. */
  JournalView get() {
    JournalView view = journal.get();
    List<Hole> gaps = view.unexplained();
    if (gaps.isEmpty() || !repository.isHeld(LeaseRole.JOURNAL)) {
      return view;
    }
    for (int look = 0; look < LOOKS && !gaps.isEmpty(); look++) {
      pause.accept(PAUSE_NANOS);
      view = journal.get();
      gaps = view.unexplained();
    }
    return view;
  }
}
