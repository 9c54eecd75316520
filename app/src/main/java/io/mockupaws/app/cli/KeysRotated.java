package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.repository.RepositoryKeys;
import java.util.ArrayList;
import java.util.List;

/** The answer of {@code keys rotate}. */
record KeysRotated(
    String repository,
    String kind,
    String fingerprint,
    String formerKind,
    String formerFingerprint,
    boolean added,
    List<String> retiredSlots,
    boolean dryRun)
    implements Answer {

  static KeysRotated of(
      String repository, RepositoryKeys.Rotated rotated, boolean dryRun, List<String> retired) {
    return new KeysRotated(
        repository,
        KeysAnswer.word(rotated.kind()),
        rotated.fingerprint(),
        KeysAnswer.word(rotated.formerKind()),
        rotated.formerFingerprint(),
        rotated.made(),
        retired,
        dryRun);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("repository", repository));
    fields.add(
        new Field("new key", fingerprint + (added ? "" : ", which opened the repository before")));
    boolean gone = !retiredSlots.isEmpty();
    fields.add(
        new Field(
            "former key",
            formerFingerprint
                + (gone ? ", opens it no more" : ", goes on opening it")
                + (formerKind.equals("kms") ? "" : "; kept under the new one")));
    paper.fields(fields);
    retiredSlots.forEach(slot -> paper.item("removed: keys/" + slot));
    if (dryRun) {
      paper.line("dry run: nothing was changed");
    } else {
      paper.line(
          "Next: give the new key to every host as "
              + (kind.equals("kms") ? "BACKUP_KMS_KEY" : "BACKUP_ENCRYPTION_KEY")
              + (gone ? "." : ", then: mockupaws keys rotate --retire"));
    }
  }
}
