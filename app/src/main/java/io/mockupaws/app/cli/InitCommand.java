package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.Finding;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  mockupaws init --cluster prod --admin-url postgresql://postgres@db/shop",
      "  mockupaws init --as staging     # a copy of prod, with a history of its own"
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

  @Mixin private final AsOption as = new AsOption();

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
            ? session.config(problems, as, Need.SERVER)
            : session.config(problems, as, Need.SERVER, Need.REPOSITORY, Need.KEY);
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
    try (Store store = session.parts().openStore(config)) {
      new SeenRepository(config.repository()).demandThere(store);
    }
    Parts.Opened opened = session.parts().openOrCreateRepository(config);
    try (Repository repository = opened.repository()) {
      open(repository);
      ClusterEntry entry = new ClusterEntry(repository, facts, session.now());
      Optional<ClusterRepository> known =
          as.name.isPresent() ? entry.find(as.name.get()) : known(entry, config);
      ClusterRepository cluster =
          known.orElseGet(() -> entry.enter(config.cluster().orElse(address.database())));
      ClusterConfig setting = config.clusterConfig(cluster.identity().name());
      StoreLook stores = StoreLook.at(cluster);
      return InitAnswer.of(
          stores,
          new InitAnswer.Made(opened.created(), known.isEmpty(), roleMade),
          repository,
          cluster,
          facts,
          setting,
          setting.streams() ? findings(address, setting) : List.of());
    }
  }

  /** A server that refuses the slot is entered all the same: it can be protected by dumps. */
  private static List<Finding> findings(ServerAddress address, ClusterConfig setting) {
    Initialisation initialisation = new Initialisation(address, setting.slot());
    Optional<Finding> refused = Optional.empty();
    try {
      initialisation.makeSlot();
    } catch (Failure e) {
      if (e.code() != ErrorCode.SERVER_RIGHTS) {
        throw e;
      }
      refused =
          Optional.of(
              new Finding(
                  Finding.Weight.MISSING,
                  "slot",
                  "the server refuses it: " + e.what(),
                  e.nextStep()
                      + "; where the server lets nobody stream, as a provider's may, set stream:"
                      + " off for the cluster "
                      + setting.name()
                      + " in mockupaws.yaml, and protect it by dumps",
                  /* restart= */ false));
    }
    List<Finding> all = new ArrayList<>(refused.stream().toList());
    all.addAll(initialisation.check());
    return all;
  }

  /** A store that was added becomes one that can be opened; the rest is brought there later. */
  private static void open(Repository repository) {
    if (!repository.store().members().isEmpty()) {
      new Replication(repository.store(), repository.copier())
          .replicateOpening(ReplicationListener.silent());
    }
  }

  /**
   * The server's cluster, if the repository has it.
   *
   * @throws Failure OTHER_LIFE for a copy, CLUSTER_EXISTS, AMBIGUOUS_CLUSTER
   */
  private Optional<ClusterRepository> known(ClusterEntry entry, Config config) {
    ServerUrl server = config.server().orElseThrow();
    List<ClusterRepository> kin = entry.kin();
    if (kin.isEmpty()) {
      return Optional.empty();
    }
    Optional<ClusterRepository> named = config.cluster().flatMap(entry::find);
    if (config.cluster().isPresent() && named.isEmpty()) {
      throw knownOtherwise(kin, config.cluster().get());
    }
    ClusterRepository found =
        named.orElseGet(
            () ->
                kin.size() == 1
                    ? kin.getFirst()
                    : ClusterChoice.byLife(kin, server, session.parts()));
    if (session.parts().life(server, found) instanceof Life.Other(Failure difference)) {
      throw difference;
    }
    return Optional.of(found);
  }

  private static Failure knownOtherwise(List<ClusterRepository> kin, String wanted) {
    String names = kin.stream().map(c -> c.identity().name()).collect(Collectors.joining(", "));
    return new Failure(
        ErrorCode.CLUSTER_EXISTS,
        "the repository knows this server's system identifier already, as cluster " + names,
        "use that name, --cluster "
            + kin.getFirst().identity().name()
            + "; or, where this server is a copy that shall have its own: mockupaws init --as "
            + wanted);
  }
}
