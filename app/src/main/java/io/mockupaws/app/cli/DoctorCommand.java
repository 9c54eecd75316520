package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ConfigurationFailure;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.doctor.Doctor;
import io.mockupaws.engine.doctor.DoctorRequest;
import io.mockupaws.engine.doctor.Purpose;
import io.mockupaws.engine.task.Task;
import io.mockupaws.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything that protecting or restoring needs, before it is needed. */
@Command(
    name = "doctor",
    description = {
      "Looks at everything that streaming and backups need: host, store, repository, key, server,"
          + " rights, slot, spool, the pace of WAL, and whether what runs can keep the objective."
          + " Names cause and next step of each. All checks run, also when some fail.",
      "Each right on the store is really used, on small objects under probe/ that are removed"
          + " again.",
      "Ends with status 1 when a check failed; warnings, and what cannot be told, do not change the"
          + " status."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws doctor",
      "  mockupaws doctor --output json",
      "  mockupaws doctor --for restore --to-dir /srv/recovered   # only reads the repository"
    })
final class DoctorCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--for",
      paramLabel = "protect|restore",
      description = "what everything is to be fit for (default: protect)")
  private Aim purpose = Aim.protect;

  @Option(
      names = "--to-dir",
      paramLabel = "DIR",
      description = "with --for restore: where the restore would go to")
  private Optional<Path> target = Optional.empty();

  @Option(
      names = "--pg-bin",
      paramLabel = "DIR",
      description = "where PostgreSQL's programs lie (default: they are looked for)")
  private Optional<Path> binaries = Optional.empty();

  private enum Aim {
    protect,
    restore
  }

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems wrongUse = new Problems();
    if (target.isPresent() && purpose == Aim.protect) {
      wrongUse.wrong("--to-dir", "means nothing without --for restore");
    }
    wrongUse.throwIfAny();
    Problems mistakes = new Problems();
    Config config = session.config(mistakes);
    Optional<Store> store = config.repository().store().map(_ -> session.parts().openStore(config));
    try {
      Doctor doctor =
          new Doctor(request(config, mistakes, store), session.parts().clock(), new SecureRandom());
      return DoctorAnswer.of(purpose.name(), doctor.run());
    } finally {
      store.ifPresent(Store::close);
      config.key().ifPresent(key -> key.close());
    }
  }

  private DoctorRequest request(Config config, Problems mistakes, Optional<Store> store) {
    Optional<ServerAddress> server = Optional.empty();
    Optional<Failure> mistake = Optional.empty();
    try {
      server = config.server().map(session.parts()::address);
    } catch (Failure e) {
      mistake = Optional.of(e);
    }
    Optional<String> database = server.map(ServerAddress::database);
    return new DoctorRequest(
        switch (purpose) {
          case protect -> Purpose.PROTECT;
          case restore -> Purpose.RESTORE;
        },
        configurationFailure(mistakes),
        store,
        config.key(),
        server,
        mistake,
        repository -> new ClusterChoice(repository, config, session.parts()).choose(),
        name -> settings(config, name.or(config::cluster).or(() -> database).orElse("")),
        config.repository().spool(),
        config.repository().tail(),
        target,
        binaries,
        session.parts().zone());
  }

  private DoctorRequest.ClusterSettings settings(Config config, String name) {
    ClusterConfig cluster = config.clusterConfig(name);
    return new DoctorRequest.ClusterSettings(
        cluster.slot(),
        cluster.rpo(),
        cluster.streams(),
        config.daemon().between(Task.LOGICAL, session.now()));
  }

  private static Optional<Failure> configurationFailure(Problems mistakes) {
    try {
      mistakes.throwIfAny();
      return Optional.empty();
    } catch (ConfigurationFailure e) {
      return Optional.of(e);
    }
  }
}
