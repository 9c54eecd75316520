package io.mockupaws.it.wal;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.ChangeSink;
import java.util.HashSet;
import java.util.Set;

/** Which forks something was told of. */
final class ToldForks implements ChangeSink {

  record ToldFork(Relation relation, Fork fork) {}

  final Set<ToldFork> forks = new HashSet<>();

  @Override
  public void block(int tablespace, int database, int relation, int fork, int block) {
    forks.add(
        new ToldFork(new Relation(tablespace, database, relation), Fork.of(fork).orElseThrow()));
  }

  @Override
  public void from(int tablespace, int database, int relation, int fork, int limit) {
    block(tablespace, database, relation, fork, limit);
  }

  @Override
  public void database(int tablespace, int database) {}

  @Override
  public void everything(String why) {
    throw new AssertionError(why);
  }
}
