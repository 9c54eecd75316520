package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.restore.Comparison;
import io.mockupaws.engine.restore.Existing;
import io.mockupaws.engine.restore.Occupied;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a target holds, and what becomes of it. */
record ExistingAnswer(
    String treatment,
    Optional<String> systemIdentifier,
    long files,
    long bytes,
    long removedFiles,
    long removedBytes,
    List<String> removed,
    List<String> links,
    Optional<Long> keptFiles,
    Optional<Long> keptBytes,
    Optional<Long> rewrittenFiles,
    Optional<Long> rewrittenBytes,
    Optional<String> aside,
    Optional<UnshippedAnswer> unshipped) {

  /** WAL that the directory alone has. */
  record UnshippedAnswer(
      String directory,
      long timeline,
      String fromLsn,
      String toLsn,
      long bytes,
      long commits,
      Optional<Instant> lastCommit,
      Optional<Long> lastCommitXid,
      Optional<String> foreign,
      boolean behindGap) {
    static UnshippedAnswer of(Unshipped wal) {
      return new UnshippedAnswer(
          wal.directory().toString(),
          Integer.toUnsignedLong(wal.timeline().id()),
          wal.from().toString(),
          wal.to().toString(),
          wal.bytes(),
          wal.commits(),
          wal.lastCommit().map(Commit::time),
          wal.lastCommit().map(Commit::xid),
          wal.foreign(),
          wal.behindGap());
    }

    String text() {
      return bytes == 0
          ? "nothing that the repository lacks"
          : Units.bytes(bytes)
              + " from "
              + fromLsn
              + " to "
              + toLsn
              + ", "
              + Units.count(commits, "commit")
              + lastCommit.map(time -> ", the last of " + Units.exactTime(time)).orElse("");
    }
  }

  static ExistingAnswer of(Existing existing) {
    return new ExistingAnswer(
        existing.treatment().word(),
        existing.systemIdentifier(),
        existing.files(),
        existing.bytes(),
        existing.removed().files(),
        existing.removed().bytes(),
        existing.removed().paths(),
        existing.links(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        existing.aside().map(Path::toString),
        existing.unshipped().map(UnshippedAnswer::of));
  }

  ExistingAnswer with(Optional<Comparison> comparison) {
    return new ExistingAnswer(
        treatment,
        systemIdentifier,
        files,
        bytes,
        removedFiles,
        removedBytes,
        removed,
        links,
        comparison.map(Comparison::keptFiles),
        comparison.map(Comparison::keptBytes),
        comparison.map(Comparison::rewrittenFiles),
        comparison.map(Comparison::rewrittenBytes),
        aside,
        unshipped);
  }

  List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            "there now",
            systemIdentifier.map(id -> "cluster " + id + ", ").orElse("")
                + Units.count(files, "file")
                + ", "
                + Units.bytes(bytes)));
    unshipped.ifPresent(wal -> fields.add(new Field("its WAL", wal.text())));
    aside.ifPresent(path -> fields.add(new Field("is renamed", "to " + path)));
    if (aside.isEmpty()) {
      fields.add(new Field("is removed", removedText()));
    }
    if (keptFiles.isPresent()) {
      fields.add(
          new Field(
              "stays",
              Units.count(keptFiles.get(), "file")
                  + ", "
                  + Units.bytes(keptBytes.orElse(0L))
                  + "; written anew: "
                  + Units.count(rewrittenFiles.orElse(0L), "file")
                  + ", "
                  + Units.bytes(rewrittenBytes.orElse(0L))));
    }
    return fields;
  }

  private String removedText() {
    if (treatment.equals(Occupied.FORCE.word())) {
      return "everything";
    }
    String sizes =
        removedFiles == 0
            ? "only its WAL"
            : "its WAL, and "
                + Units.count(removedFiles, "file")
                + " that the backup does not have, "
                + Units.bytes(removedBytes);
    String first = String.join(", ", removed.subList(0, Math.min(removed.size(), 8)));
    return first.isEmpty() ? sizes : sizes + ": " + first + (removed.size() > 8 ? ", …" : "");
  }
}
