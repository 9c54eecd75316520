package io.mockupaws.app.cli;

import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.RepositoryKeys;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code keys list}. */
record KeysAnswer(
    String repository, List<KeyLine> keys, List<FormerLine> former, List<String> damaged)
    implements Answer {

  /** A key that opens the repository. */
  record KeyLine(
      String slot,
      String kind,
      Instant since,
      Optional<String> fingerprint,
      Optional<String> kmsKey,
      boolean inUse) {}

  /** A key that was replaced. */
  record FormerLine(String fingerprint, String kind, Instant until) {}

  static KeysAnswer of(
      String repository,
      List<RepositoryKeys.Opener> openers,
      List<FormerSecret> former,
      Collection<Failure> damaged) {
    return new KeysAnswer(
        repository,
        openers.stream().map(KeysAnswer::line).toList(),
        former.stream()
            .map(f -> new FormerLine(f.fingerprint(), word(f.secret().kind()), f.until()))
            .toList(),
        damaged.stream().map(Failure::what).toList());
  }

  private static KeyLine line(RepositoryKeys.Opener one) {
    return new KeyLine(
        one.slot(), word(one.kind()), one.since(), one.fingerprint(), one.kmsKey(), one.inUse());
  }

  static String word(MasterKey.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void print(Paper paper) {
    paper.line("repository " + repository);
    paper.table(
        List.of("fingerprint", "kind", "since", ""),
        keys.stream()
            .map(
                key ->
                    List.of(
                        key.fingerprint().orElse("not recorded"),
                        key.kind(),
                        Units.exactTime(key.since()),
                        key.inUse() ? "in use" : "opens it too"))
            .toList());
    keys.forEach(
        key ->
            key.kmsKey()
                .ifPresent(
                    name -> paper.item(key.fingerprint().orElse("") + " is the KMS key " + name)));
    former.forEach(
        one ->
            paper.item(
                "former key "
                    + one.fingerprint()
                    + ", "
                    + one.kind()
                    + ", until "
                    + Units.exactTime(one.until())));
    damaged.forEach(what -> paper.item("damaged: " + what));
  }

  @Override
  public boolean promisesKept() {
    return damaged.isEmpty();
  }
}
