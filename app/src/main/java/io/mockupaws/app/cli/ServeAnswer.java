package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import java.util.List;
import java.util.Optional;

/** The answer of {@code serve}, when it was stopped. */
record ServeAnswer(List<Ended> clusters) implements Answer {

  /**
   * How one cluster was left.
   *
   * @param storedLsn empty when it did not stream
   * @param unstoredBytes of WAL in the spool, which the next one stores
   * @param problem why it did not stream at the end
   */
  record Ended(
      String cluster,
      Optional<String> storedLsn,
      long unstoredBytes,
      List<String> backups,
      Optional<String> problem) {}

  @Override
  public void print(Paper paper) {
    paper.fields(
        clusters.stream()
            .map(
                one ->
                    new Field(
                        "stopped",
                        "cluster "
                            + one.cluster
                            + one.storedLsn.map(lsn -> ", stored up to " + lsn).orElse("")
                            + (one.unstoredBytes == 0
                                ? ""
                                : "; NOT STORED: "
                                    + Units.bytes(one.unstoredBytes)
                                    + " in the spool, which the next start stores")
                            + one.problem.map(text -> "; " + text).orElse("")))
            .toList());
  }

  @Override
  public boolean promisesKept() {
    return clusters.stream().allMatch(one -> one.unstoredBytes == 0);
  }
}
