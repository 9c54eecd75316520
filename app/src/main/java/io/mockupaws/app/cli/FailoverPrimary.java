package io.mockupaws.app.cli;

import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Taken;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.HostPort;
import io.mockupaws.engine.cluster.ServerPresence;
import io.mockupaws.engine.cluster.ServerPresence.At;
import io.mockupaws.engine.cluster.ServerPresence.Kind;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is given up: it must not live on beside its successor. Only a server that takes no
 * connection is taken for gone, and a stream or WAL that arrives speaks for a server that nobody
 * can ask.
 */
final class FailoverPrimary {
  private final Session session;
  private final Config config;
  private final FailoverOptions options;
  private Optional<ServerPresence> server = Optional.empty();
  private Optional<Timeline> timeline = Optional.empty();
  private Optional<Lsn> end = Optional.empty();
  private List<String> known = List.of();

  FailoverPrimary(Session session, Config config, FailoverOptions options) {
    this.session = session;
    this.config = config;
    this.options = options;
  }

  /** Asks the server, before the stores are. */
  Taken<Optional<ServerPresence>> ask() {
    if (config.server().isEmpty()) {
      return new Taken<>(
          server,
          Outcome.UNKNOWN,
          "no server is named (DATABASE_URL): whether it still runs is not known");
    }
    ServerPresence found =
        ServerPresence.ask(session.parts().address(config.server().get()), _ -> false);
    server = Optional.of(found);
    return new Taken<>(server, found.is(Kind.UNKNOWN) ? Outcome.UNKNOWN : Outcome.OK, text(found));
  }

  private static String text(ServerPresence found) {
    return switch (found.kind()) {
      case GONE -> "the server of DATABASE_URL takes no connection: " + found.what();
      case UNKNOWN -> "whether the server of DATABASE_URL runs is not known: " + found.what();
      case REFUSES ->
          "the server of DATABASE_URL is there, and does not let us in: " + found.what();
      case ANSWERS ->
          "the server of DATABASE_URL answers"
              + found
                  .at()
                  .map(
                      at ->
                          (at.position().standby() ? ", a standby with" : ", with")
                              + " WAL up to "
                              + at.position().end()
                              + at.timeline().map(line -> " on timeline " + line).orElse(""))
                  .orElse("");
    };
  }

  Optional<ServerPresence> server() {
    return server;
  }

  /** Whether what the server has may grow from here on. */
  boolean mayWriteOn() {
    return !options.drill && server.filter(one -> one.is(Kind.GONE)).isEmpty();
  }

  /** Keeps how far the journal is, so that what arrives later is seen. */
  void saw(JournalView view) {
    timeline = view.newestTimeline();
    end = timeline.flatMap(view::end);
  }

  /**
   * Goes on only where nothing lives that would be left behind, or where the operator gave it up.
   *
   * @param others what else answers
   * @throws Failure PRIMARY_ANSWERS
   */
  Taken<Boolean> demand(ClusterRepository rest, List<String> others, FailoverLoss loss) {
    List<String> answers = new ArrayList<>(others);
    known = ofServer(server, rest.identity().systemIdentifier());
    answers.addAll(known);
    boolean matters = !options.drill && !options.abandon;
    if (matters && answers.isEmpty()) {
      answers.addAll(ofJournal(rest));
    }
    if (answers.isEmpty()) {
      return none(matters);
    }
    String what = String.join("; ", answers);
    if (options.drill) {
      return Taken.ok(true, "left as it is: " + what);
    }
    if (options.abandon) {
      return Taken.ok(true, "given up by --abandon-primary: " + what + "; " + loss.text());
    }
    if (options.dryRun) {
      return new Taken<>(true, Outcome.MISSED, "would be refused: " + what);
    }
    throw new Failure(
        ErrorCode.PRIMARY_ANSWERS,
        what + "; " + loss.text(),
        "restore from all that answers: mockupaws restore --to-dir DIR --start; try a failover"
            + " beside it: mockupaws failover --drill; to lose what is named, after the server was"
            + " stopped: --abandon-primary");
  }

  private Taken<Boolean> none(boolean looked) {
    if (server.isPresent() || options.drill) {
      return Taken.ok(true, "nothing that answers is left behind");
    }
    return new Taken<>(
        true,
        Outcome.UNKNOWN,
        (looked ? "nobody streams and no WAL arrives, but " : "")
            + "the server itself was not asked: see to it that it has stopped");
  }

  /** What the address says of production, where it may live; nothing where it is gone. */
  static List<String> ofServer(Optional<ServerPresence> server, long cluster) {
    if (server.isEmpty()) {
      return List.of();
    }
    ServerPresence found = server.get();
    return switch (found.kind()) {
      case GONE -> List.of();
      case UNKNOWN -> List.of("whether the cluster's server runs cannot be told: " + found.what());
      case REFUSES ->
          List.of("something answers at the address of the cluster's server: " + found.what());
      case ANSWERS -> List.of(ofAnswer(found, cluster));
    };
  }

  private static String ofAnswer(ServerPresence found, long cluster) {
    if (found.of(cluster).isEmpty()) {
      return "DATABASE_URL leads to another cluster, of the system identifier "
          + found.at().map(At::systemIdentifier).map(Long::toUnsignedString).orElse("")
          + ": whether the server of this one runs cannot be told";
    }
    return found.isStandby()
        ? "the cluster's server answers as a standby: promoting it may lose less, and its primary"
            + " may live"
        : "the cluster's server answers and takes writes that the new one will not have";
  }

  private List<String> ofJournal(ClusterRepository rest) {
    List<String> lives = new ArrayList<>();
    if (rest.isRenewed(LeaseRole.JOURNAL)) {
      lives.add(
          "a stream of this cluster lives"
              + rest.holder(LeaseRole.JOURNAL).map(who -> " (" + who + ")").orElse("")
              + ": the server that it follows may live too");
    }
    arrived(rest).ifPresent(lives::add);
    return lives;
  }

  /** WAL of the timeline that was the newest; the new server's is another one. */
  private Optional<String> arrived(ClusterRepository rest) {
    Optional<Lsn> now = timeline.flatMap(new Journal(rest).settledView()::end);
    return now.filter(lsn -> end.map(lsn::isAfter).orElse(true))
        .map(
            lsn ->
                "WAL arrives: it went on to "
                    + lsn
                    + end.map(seen -> " from " + seen).orElse("")
                    + " meanwhile, so the old server may live");
  }

  /**
   * Whether it has come back, asked once more before the world is sent elsewhere. What was known
   * from the beginning was refused, or given up.
   *
   * @param port of the new server, which may listen at an address of the old one
   */
  List<String> cameBack(ClusterRepository rest, int port) {
    if (!known.isEmpty()) {
      return List.of();
    }
    List<String> lives = new ArrayList<>();
    if (config.server().isPresent()) {
      ServerPresence found =
          ServerPresence.ask(
              session.parts().address(config.server().get()), host -> isNew(host, port));
      if (found.is(Kind.ANSWERS) || found.is(Kind.REFUSES)) {
        lives.addAll(ofServer(Optional.of(found), rest.identity().systemIdentifier()));
      }
    }
    if (!options.abandon) {
      arrived(rest).ifPresent(lives::add);
    }
    return lives;
  }

  /** Where nobody listened before, and only the new server can. */
  private boolean isNew(HostPort host, int port) {
    if (host.port() != port) {
      return false;
    }
    if (host.isUnixSocket()) {
      return options.keepSettings;
    }
    try {
      InetAddress at = InetAddress.getByName(host.host());
      return at.isLoopbackAddress()
          || (options.keepSettings && NetworkInterface.getByInetAddress(at) != null);
    } catch (UnknownHostException | SocketException e) {
      return false;
    }
  }
}
