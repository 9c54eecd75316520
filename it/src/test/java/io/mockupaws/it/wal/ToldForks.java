package io.mockupaws.it.wal;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.summary.ForkChanges;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.wal.ChangeSink;
import java.util.HashSet;
import java.util.Set;

/** Which forks something was told of, and what; without what databases that come or go cover. */
final class ToldForks implements ChangeSink {

  record ToldFork(Relation relation, Fork fork) {}

  final Set<ToldFork> forks = new HashSet<>();
  private final SummaryBuilder builder = new SummaryBuilder();

  ForkChanges changes(ToldFork fork) {
    return builder.summary().changes(fork.relation(), fork.fork());
  }

  @Override
  public void block(int tablespace, int database, int relation, int fork, int block) {
    tell(tablespace, database, relation, fork);
    builder.block(tablespace, database, relation, fork, block);
  }

  @Override
  public void from(int tablespace, int database, int relation, int fork, int limit) {
    tell(tablespace, database, relation, fork);
    builder.from(tablespace, database, relation, fork, limit);
  }

  private void tell(int tablespace, int database, int relation, int fork) {
    forks.add(
        new ToldFork(new Relation(tablespace, database, relation), Fork.of(fork).orElseThrow()));
  }

  @Override
  public void database(int tablespace, int database) {}

  @Override
  public void everything(String why) {
    throw new AssertionError(why);
  }
}
