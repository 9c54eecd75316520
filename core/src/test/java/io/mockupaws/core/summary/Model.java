package io.mockupaws.core.summary;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A summary as one would write it down at first, and random changes for both. */
final class Model implements ChangeSink {
  static final int BLOCKS = 400;
  static final Fork[] FORKS = {Fork.MAIN, Fork.VISIBILITY, Fork.INIT};

  private final Map<String, Set<Integer>> changed = new HashMap<>();
  private final Set<String> databases = new TreeSet<>();
  private boolean everything;

  @Override
  public void block(int tablespace, int database, int relation, int fork, int block) {
    key(tablespace, database, relation, fork).add(block);
  }

  @Override
  public void from(int tablespace, int database, int relation, int fork, int limit) {
    for (int block = limit; block < BLOCKS; block++) {
      key(tablespace, database, relation, fork).add(block);
    }
  }

  private Set<Integer> key(int tablespace, int database, int relation, int fork) {
    String key = tablespace + "/" + database + "/" + relation + "/" + fork;
    return changed.computeIfAbsent(key, k -> new TreeSet<>());
  }

  @Override
  public void database(int tablespace, int database) {
    databases.add(tablespace + "/" + database);
  }

  @Override
  public void everything(String why) {
    everything = true;
  }

  boolean contains(Relation relation, Fork fork, int block) {
    String database = relation.tablespace() + "/" + relation.database();
    String key = database + "/" + relation.number() + "/" + fork.ordinal();
    return everything
        || databases.contains(database)
        || changed.getOrDefault(key, Set.of()).contains(block);
  }

  /** One change, told to a sink. */
  interface Change {
    void tell(ChangeSink sink);
  }

  static List<Relation> relations() {
    List<Relation> relations = new ArrayList<>();
    for (int number = 16384; number < 16390; number++) {
      relations.add(new Relation(1663, 5, number));
      relations.add(new Relation(-5, 6, number));
    }
    relations.add(new Relation(1664, 0, 1260));
    return relations;
  }

  static List<Change> random(Random random, int count) {
    List<Relation> relations = relations();
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Relation r = relations.get(random.nextInt(relations.size()));
      int fork = FORKS[random.nextInt(FORKS.length)].ordinal();
      int block = random.nextInt(BLOCKS);
      int kind = random.nextInt(600);
      changes.add(
          sink -> {
            if (kind == 0) {
              sink.database(r.tablespace(), r.database());
            } else if (kind < 15) {
              sink.from(r.tablespace(), r.database(), r.number(), fork, block);
            } else {
              sink.block(r.tablespace(), r.database(), r.number(), fork, block);
            }
          });
    }
    return changes;
  }
}
