package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.Rate;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.verify.Checked;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyListener;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies what the repository promises. */
@Command(
    name = "verify",
    description = {
      "Verifies that what the repository promises can be recovered: backups, and the WAL from their"
          + " start to the end; with --all dumps too. Names every object that is not as it should"
          + " be, says which backups are whole, and what can still be recovered. Changes nothing,"
          + " needs no server.",
      "With --depth read a verification that was broken off is gone on with: what it had read and"
          + " found whole less than 7 days ago is not read again, unless the object is another"
          + " one.",
      "Ends with 0 when all is whole, 3 when something is not and everything can be recovered all"
          + " the same, 1 when something can be recovered in no way any more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws verify                          # the newest backup, by listing",
      "  mockupaws verify --all --depth read       # every byte of everything",
      "  mockupaws verify --all --depth read --no-resume",
      "  mockupaws verify 20260407T120000Z-full-1a2b --depth read --jobs 8",
      "  mockupaws verify shop_full_20260407_120000.sql.gz.enc --depth read"
    })
final class VerifyCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      paramLabel = "BACKUP",
      arity = "0..1",
      description = "a backup's name, or a dump's in the repository (default: latest)")
  private Optional<String> backup = Optional.empty();

  @Option(names = "--all", description = "all backups")
  private boolean all;

  @Option(
      names = "--depth",
      paramLabel = "listed|read",
      description =
          "listed: what manifests, journal and sidecars name is there; read: every byte is opened,"
              + " digests, page checksums and WAL records are verified (default: listed)")
  private Words depth = Words.listed;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "packs read at once, 1 to 256 (default: 4)")
  private int jobs = 4;

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      description =
          "at most so many bytes of packs are read a second, such as 50MiB; WAL and dumps are never"
              + " held back")
  private Optional<Rate> maxRate = Optional.empty();

  @Option(
      names = "--no-resume",
      description = "read everything, also what an earlier verification had read that broke off")
  private boolean noResume;

  private enum Words {
    listed,
    read
  }

  VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (jobs < 1 || jobs > 256) {
      problems.wrong("--jobs", "expected a number from 1 to 256");
    }
    if (all && backup.isPresent()) {
      problems.wrong("--all", "means nothing beside a backup's name");
    }
    session.limit(maxRate);
    Config config = session.config(problems, Need.REPOSITORY, Need.KEY);
    problems.throwIfAny();
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    try (OpenCluster open = session.openCluster(config);
        DumpSecrets secrets = session.dumpSecrets(config, Optional.of(open.repository()));
        ProgressLine line = session.progress()) {
      Instant begin = session.now();
      Optional<String> dump = backup.filter(DumpOptions::isDump);
      VerifyReport report =
          dump.isPresent()
              ? VerifyReport.nothing()
              : run(config, open, request(open), new VerifyProgressLine(line, cancelled::get));
      ClusterRepository cluster = open.cluster();
      DumpsVerified dumps = new DumpsVerified(List.of());
      if (all) {
        dumps = DumpsVerified.all(cluster, secrets, depth(), line, cancelled::get);
      } else if (dump.isPresent()) {
        dumps = DumpsVerified.named(cluster, secrets, dump.get(), depth(), line, cancelled::get);
      }
      Duration took = Duration.between(begin, session.now());
      return VerifyAnswer.of(cluster, depth.name(), report, dumps, took);
    }
  }

  private VerifyRequest request(OpenCluster open) {
    Optional<BackupId> one =
        all
            ? Optional.empty()
            : Optional.of(ShowCommand.find(open.cluster(), backup.orElse("latest")));
    return new VerifyRequest(one, depth(), jobs);
  }

  private Depth depth() {
    return switch (depth) {
      case listed -> Depth.LISTED;
      case read -> Depth.READ;
    };
  }

  private VerifyReport run(
      Config config, OpenCluster open, VerifyRequest request, VerifyListener listener) {
    if (request.depth() == Depth.LISTED) {
      return new Verifier(open.repository(), open.cluster()).run(request, listener);
    }
    Path folder = config.repository().spool().resolve("verified").resolve(open.repository().id());
    Checked checked;
    Store place;
    try {
      place = session.parts().openFolder(folder);
      checked = Checked.in(open.cluster(), place, request.backup(), session.parts().clock());
    } catch (StoreException e) {
      session
          .screen()
          .say(
              "what is read now cannot be kept, so a verification that breaks off begins anew: "
                  + e.what());
      return new Verifier(open.repository(), open.cluster()).run(request, listener);
    }
    try (place) {
      if (noResume) {
        checked.forget();
      }
      return new Verifier(open.repository(), open.cluster(), checked).run(request, listener);
    }
  }
}
