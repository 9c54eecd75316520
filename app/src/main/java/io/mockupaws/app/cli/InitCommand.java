package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes what protecting a server needs: the role, the repository, the cluster in it, the slot. */
@Command(
    name = "init",
    description = {
      "Makes the repository, enters the server's cluster, makes its replication slot and, with an"
          + " administrator's address, the role. Says what is missing on the server and what it"
          + " would take. Can be run again: what is there stays.",
      "The slot keeps no WAL before the first stream or backup."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws init --print-sql",
      "  mockupaws init",
      "  mockupaws init --cluster prod --admin-url postgresql://postgres@db/shop"
    })
final class InitCommand implements AnsweringOperation {
  private static final Pattern PASSWORD =
      Pattern.compile("://[^/@?]*:[^/@?]+@|[?&](ssl)?password=", Pattern.CASE_INSENSITIVE);

  private final Session session;

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description =
          "a superuser's address, to make the role of DATABASE_URL; its password comes from"
              + " $PGPASSFILE, ~/.pgpass or ?passfile=")
  private Optional<String> adminUrl = Optional.empty();

  @Option(
      names = "--print-sql",
      description = "only print the SQL that makes the role, for an administrator to run")
  private boolean printSql;

  InitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (adminUrl.filter(InitCommand::holdsPassword).isPresent()) {
      problems.wrong(
          "--admin-url",
          "holds a password, which every user of this host could read in the process list; leave"
              + " it out and put it in ~/.pgpass, or name a file by ?passfile=");
    }
    Config config =
        printSql
            ? session.config(problems, Need.SERVER)
            : session.config(problems, Need.SERVER, Need.REPOSITORY, Need.KEY);
    problems.throwIfAny();
    ServerAddress address = session.parts().address(config.server().orElseThrow());
    if (printSql) {
      return new SqlAnswer(new Initialisation(address, "none").printableSql());
    }
    boolean roleMade = adminUrl.isPresent();
    adminUrl.ifPresent(url -> makeRole(address, url));
    return enter(config, address, roleMade);
  }

  /** Whether an address that stands in the arguments holds a password. */
  static boolean holdsPassword(String url) {
    return PASSWORD.matcher(url).find();
  }

  private void makeRole(ServerAddress address, String url) {
    new Initialisation(address, "none").makeRole(session.parts().address(new ServerUrl(url)));
  }

  private Answer enter(Config config, ServerAddress address, boolean roleMade) {
    ServerFacts facts;
    try (ServerSession server = ServerSession.open(address)) {
      facts = ServerFacts.read(server);
    }
    Parts.Opened opened = session.parts().openOrCreateRepository(config);
    try (Repository repository = opened.repository()) {
      open(repository);
      Optional<ClusterRepository> known = known(repository, facts);
      String name = name(config, address, known);
      boolean created = known.isEmpty();
      ClusterRepository cluster =
          known.orElseGet(() -> repository.createCluster(identity(name, facts)));
      Initialisation initialisation =
          new Initialisation(address, config.clusterConfig(name).slot());
      initialisation.makeSlot();
      StoreLook stores = StoreLook.at(cluster);
      return InitAnswer.of(
          stores,
          new InitAnswer.Made(opened.created(), created, roleMade),
          repository,
          cluster,
          facts,
          config.clusterConfig(name).slot(),
          initialisation.check());
    }
  }

  /** A store that was added becomes one that can be opened; the rest is brought there later. */
  private static void open(Repository repository) {
    if (!repository.store().members().isEmpty()) {
      new Replication(repository.store(), repository.copier())
          .replicateOpening(ReplicationListener.silent());
    }
  }

  private static Optional<ClusterRepository> known(Repository repository, ServerFacts facts) {
    return repository.clusters().stream()
        .map(repository::cluster)
        .filter(c -> c.identity().systemIdentifier() == facts.systemIdentifier())
        .findFirst();
  }

  private static String name(
      Config config, ServerAddress address, Optional<ClusterRepository> known) {
    Optional<String> wanted = config.cluster();
    if (known.isPresent()) {
      String name = known.get().identity().name();
      if (wanted.filter(other -> !other.equals(name)).isPresent()) {
        throw new Failure(
            ErrorCode.CLUSTER_EXISTS,
            "the repository knows this server already, as cluster " + name,
            "use that name: --cluster " + name);
      }
      return name;
    }
    String name = wanted.orElse(address.database());
    if (!ClusterIdentity.isName(name)) {
      throw new Failure(
          ErrorCode.USAGE,
          "the database's name cannot be the cluster's",
          "give it one of letters, digits, _ - and .: --cluster NAME");
    }
    return name;
  }

  private ClusterIdentity identity(String name, ServerFacts facts) {
    return new ClusterIdentity(
        name, facts.systemIdentifier(), facts.major(), facts.walSegmentSize(), session.now());
  }
}
