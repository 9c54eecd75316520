package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.Rate;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.logical.DumpSecrets;
import io.mockupaws.engine.notice.Channel;
import io.mockupaws.engine.notice.Notice;
import io.mockupaws.engine.notice.Notices;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.HostName;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.task.TaskRuns;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one call of the program works with: its options, its configuration, its parts, its screen.
 */
final class Session {
  private final Mockupaws top;
  private final Parts parts;
  private final Screen screen;

  Session(Mockupaws top, Parts parts, Screen screen) {
    this.top = top;
    this.parts = parts;
    this.screen = screen;
  }

  /** What {@code --max-rate} says; before the configuration is read. */
  void limit(Optional<Rate> rate) {
    top.limit(rate);
  }

  Parts parts() {
    return parts;
  }

  Screen screen() {
    return screen;
  }

  Instant now() {
    return parts.clock().instant();
  }

  ProgressLine progress() {
    return new ProgressLine(screen, parts.clock());
  }

  /**
   * The clusters that the arguments or the file name; where they name none, one that is nameless.
   */
  List<Optional<String>> clusterNames() {
    if (top.options().cluster.isPresent()) {
      return List.of(top.options().cluster);
    }
    Set<String> names = top.config(Set.of(), new Problems(), Optional.empty()).clusters().keySet();
    return names.isEmpty() ? List.of(Optional.empty()) : names.stream().map(Optional::of).toList();
  }

  /** The configuration as one cluster has it; its mistakes are added to the others. */
  Config configOf(Optional<String> cluster, Problems problems, Need... needs) {
    return top.config(Set.of(needs), problems, cluster);
  }

  /** The ways by which people are told; their mistakes are added to the others. */
  List<Channel> notices(Problems problems) {
    return top.notices(problems);
  }

  Optional<Path> logFolder() {
    return top.logFolder();
  }

  /** Tells the team that a restore begins; whoever cannot be told does not hold it up. */
  Checked restoreBegins(String cluster, String headline) {
    Problems problems = new Problems();
    List<Channel> channels = notices(problems);
    if (problems.any()) {
      return Checked.unknown(
          CheckItem.NOTICE, "a setting of notices is wrong: the team may not be told");
    }
    if (channels.isEmpty()) {
      return Checked.ok(CheckItem.NOTICE, "nobody is named who is to be told");
    }
    Notice notice =
        new Notice(Notice.Kind.RESTORE, cluster, "restore", headline, "", now(), HostName.own())
            .redacted(screen::redact);
    List<String> failures = Notices.tell(channels, notice).stream().map(Failure::what).toList();
    return failures.isEmpty()
        ? Checked.ok(CheckItem.NOTICE, "told over " + Units.count(channels.size(), "way"))
        : Checked.unknown(CheckItem.NOTICE, String.join("; ", failures));
  }

  /** The record of what is run for a cluster. */
  TaskRuns runs(ClusterRepository cluster) {
    return new TaskRuns(cluster, parts.clock(), parts.random());
  }

  /** The configuration, or all its mistakes. */
  Config config(Need... needs) {
    Problems problems = new Problems();
    Config config = config(problems, needs);
    problems.throwIfAny();
    return config;
  }

  /** The configuration; its mistakes go to those of the arguments, to be shown together. */
  Config config(Problems problems, Need... needs) {
    return config(problems, new AsOption(), needs);
  }

  /** As above, for the cluster that {@code --as} names. */
  Config config(Problems problems, AsOption as, Need... needs) {
    as.check(top.options().cluster);
    Set<Need> all = EnumSet.noneOf(Need.class);
    all.addAll(Set.of(needs));
    return top.config(all, problems, as.name);
  }

  /** As below; a server that shall get its own cluster is entered unless it was. */
  OpenCluster openCluster(Config config, AsOption as) {
    if (as.name.isEmpty()) {
      return openCluster(config);
    }
    ServerFacts facts;
    try (ServerSession server = ServerSession.open(parts.address(config.server().orElseThrow()))) {
      facts = ServerFacts.read(server);
    }
    Repository repository = parts.openRepository(config);
    try {
      ClusterEntry entry = new ClusterEntry(repository, facts, now());
      String name = as.name.get();
      return new OpenCluster(repository, entry.find(name).orElseGet(() -> entry.enter(name)));
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  /**
   * What opens dumps: the key that is set, and the repository's former ones, asked for when a dump
   * needs one.
   *
   * @param repository where it is open already
   */
  DumpSecrets dumpSecrets(Config config, Optional<Repository> repository) {
    return new DumpSecrets(config.key(), () -> former(config, repository));
  }

  private List<FormerSecret> former(Config config, Optional<Repository> repository) {
    if (repository.isPresent()) {
      return former(config, repository.get());
    }
    if (config.repository().stores().isEmpty()) {
      return List.of();
    }
    try (Repository opened = parts.openRepository(config)) {
      return former(config, opened);
    } catch (Failure e) {
      if (e.code() == ErrorCode.WRONG_KEY || e.code() == ErrorCode.NO_REPOSITORY) {
        return List.of(); // it does not help; that the dump's key is another one is what to say
      }
      throw e;
    }
  }

  private List<FormerSecret> former(Config config, Repository repository) {
    if (!repository.encrypted()) {
      return List.of();
    }
    Optional<MasterKey> inUse = parts.masterKey(config);
    try {
      return inUse.map(key -> repository.keys().former(key)).orElse(List.of());
    } finally {
      if (inUse.isPresent() && inUse.get() instanceof KmsKey kms) {
        kms.close();
      }
    }
  }

  /** An address of the command line, with {@code ${VARIABLE}} replaced by the environment's. */
  ServerUrl expanded(String text, Problems problems) {
    return top.expanded(text, problems);
  }

  /**
   * A copy of the server must not add anything of its own to the live history.
   *
   * @throws Failure OTHER_LIFE, FOREIGN_CLUSTER where the server shows that it is not the cluster's
   */
  void demandLife(Config config, OpenCluster open) {
    if (parts.life(config.server().orElseThrow(), open.cluster())
        instanceof Life.Other(Failure difference)) {
      throw difference;
    }
  }

  /** Opens the repository and chooses its cluster, without a server where one is not needed. */
  OpenCluster openCluster(Config config) {
    Repository repository = parts.openRepository(config);
    try {
      ClusterRepository cluster = new ClusterChoice(repository, config, parts).choose();
      return new OpenCluster(repository, cluster);
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
  }
}
