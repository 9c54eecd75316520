package io.mockupaws.app.cli;

import io.mockupaws.engine.journal.Delivered;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.file.Path;
import java.util.Optional;

/** The answer of {@code wal push}. */
record WalPushed(
    String cluster,
    String repository,
    String file,
    String outcome,
    Optional<String> damage,
    Optional<String> unsummarised)
    implements Answer {

  static WalPushed of(ClusterRepository cluster, Path file, Optional<Delivered> delivered) {
    return new WalPushed(
        cluster.identity().name(),
        cluster.store().address(),
        String.valueOf(file.getFileName()),
        delivered.map(WalPushed::word).orElse("not-needed"),
        delivered.flatMap(Delivered::damage).map(Hole::reason),
        delivered.flatMap(Delivered::unsummarised));
  }

  private static String word(Delivered delivered) {
    return switch (delivered.outcome()) {
      case STORED -> "stored";
      case KNOWN -> "known";
    };
  }

  @Override
  public void print(Paper paper) {
    paper.line(
        switch (outcome) {
          case "stored" -> file + " is in the repository";
          case "known" -> file + " was in the repository already, with the same bytes";
          default -> file + " is a note for people: no recovery reads it, and it is not kept";
        });
    damage.ifPresent(
        what ->
            paper.line(
                "warning: "
                    + what
                    + "; it is stored as it is, and no recovery can pass it: take a"
                    + " backup"));
    unsummarised.ifPresent(why -> paper.line(unsummarised(why)));
  }

  /** Of this command and its kin: what follows is said where it is met first. */
  static String unsummarised(String why) {
    return "warning: there is no summary of what changed, and incremental backups read the segment"
        + " instead: "
        + why;
  }
}
