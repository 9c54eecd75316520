package io.mockupaws.core.summary;

import io.mockupaws.core.wal.ChangeSink;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Gathers what changed, from records or from other summaries, in any order. Not for several threads
 * at once.
 */
public final class SummaryBuilder implements ChangeSink {
  private final ForkTable forks = new ForkTable();
  private final SortedSet<Summary.Database> databases = new TreeSet<>();
  private Optional<String> everything = Optional.empty();

  @Override
  public void block(int tablespace, int database, int relation, int fork, int block) {
    forks.of(tablespace, database, relation, fork).add(block);
  }

  @Override
  public void from(int tablespace, int database, int relation, int fork, int limit) {
    forks.of(tablespace, database, relation, fork).from(limit);
  }

  @Override
  public void database(int tablespace, int database) {
    databases.add(new Summary.Database(tablespace, database));
  }

  /** Of several reasons one is kept, the first in the order of texts. */
  @Override
  public void everything(String why) {
    if (everything.isEmpty() || why.compareTo(everything.get()) < 0) {
      everything = Optional.of(why);
    }
  }

  /** Adds all that another summary says. */
  public void addAll(Summary other) {
    other.everything().ifPresent(this::everything);
    databases.addAll(other.databases());
    for (ForkTable.Entry entry : other.forks()) {
      forks
          .of(entry.tablespace(), entry.database(), entry.relation(), entry.fork())
          .addAll(entry.changes());
    }
  }

  /** What was gathered so far; later calls do not change it. */
  public Summary summary() {
    return new Summary(forks.sorted(), databases, everything);
  }

  /** Forgets all. */
  public void clear() {
    forks.clear();
    databases.clear();
    everything = Optional.empty();
  }
}
