package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.journal.Import;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code wal import}. */
record WalImported(
    String cluster,
    String repository,
    String source,
    int histories,
    int missing,
    int present,
    Optional<String> firstMissing,
    Optional<String> lastMissing,
    List<FileNote> passedOver,
    boolean dryRun,
    int stored,
    int known,
    List<FileNote> refused,
    Optional<String> unsummarised)
    implements Answer {

  /** A file, and what is to be said of it. */
  record FileNote(String file, String why) {}

  static WalImported of(
      ClusterRepository cluster, String source, Import.Plan plan, Optional<Import.Done> done) {
    List<String> missing = plan.missing().stream().map(ObjectKey::fileName).sorted().toList();
    return new WalImported(
        cluster.identity().name(),
        cluster.store().address(),
        source,
        plan.histories().size(),
        missing.size(),
        plan.present().size(),
        missing.stream().findFirst(),
        missing.isEmpty() ? Optional.empty() : Optional.of(missing.getLast()),
        notes(plan.passedOver()),
        done.isEmpty(),
        done.map(Import.Done::stored).orElse(0),
        done.map(Import.Done::known).orElse(0),
        notes(done.map(Import.Done::refused).orElse(plan.foreign())),
        done.flatMap(Import.Done::unsummarised));
  }

  private static List<FileNote> notes(List<Import.Note> notes) {
    return notes.stream().map(note -> new FileNote(note.file(), note.why())).toList();
  }

  @Override
  public boolean promisesKept() {
    return refused.isEmpty();
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(new Field("source", source));
    fields.add(
        new Field(
            "segments",
            Units.count(missing, "segment")
                + " that the repository lacks, "
                + present
                + " that it has"));
    firstMissing.ifPresent(
        first -> fields.add(new Field("lacking", first + " to " + lastMissing.orElse(first))));
    fields.add(new Field("histories", Integer.toString(histories)));
    fields.add(new Field("passed over", Units.count(passedOver.size(), "other file")));
    if (!dryRun) {
      fields.add(new Field("stored", Integer.toString(stored)));
      fields.add(new Field("equal", known + " were there already"));
    }
    fields.add(new Field("refused", Integer.toString(refused.size())));
    paper.fields(fields);
    refused.forEach(note -> paper.item(note.file() + ": " + note.why()));
    unsummarised.ifPresent(why -> paper.line(WalPushed.unsummarised(why)));
    if (dryRun) {
      paper.line("dry run: nothing was changed");
    }
  }
}
