package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.Cancel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Takes logical backups: each database as {@code pg_dump} writes it, and with them what belongs to
 * no database, roles and tablespaces. Each is streamed into the repository, and exists once its
 * sidecar is there.
 */
public final class LogicalBackups {
  /** Names of clusters that are also names of something else at the repository's root. */
  private static final Set<String> TAKEN =
      Set.of("backups", "clusters", "keys", "probe", "replaced", "repository");

  /** Longer than a lease outlives a holder that died on another host. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private static final int SALT_BYTES = 16;

  /** S3's limit for an object. */
  private static final long MOST_PARTS = 10_000;

  private static final String SERVER =
      "SELECT current_setting('server_version_num')::int,"
          + " (SELECT system_identifier FROM pg_control_system()),"
          + " has_table_privilege('pg_authid', 'SELECT')";

  private final Repository repository;
  private final ClusterRepository cluster;
  private final DumpSecrets secrets;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** For one cluster of a repository. */
  public LogicalBackups(
      Repository repository,
      ClusterRepository cluster,
      DumpSecrets secrets,
      InstantSource clock,
      RandomGenerator random) {
    this.repository = repository;
    this.cluster = cluster;
    this.secrets = secrets;
    this.clock = clock;
    this.random = random;
  }

  /** Those that are there. */
  public LogicalCatalogue catalogue() {
    return new LogicalCatalogue(cluster, secrets);
  }

  /**
   * What would be done; looks at the server and changes nothing.
   *
   * @throws Failure MISSING_SETTING without a secret; NO_CLIENT_TOOLS; FOREIGN_CLUSTER; USAGE for a
   *     database that is not there; SERVER_RIGHTS for one that cannot be read; and as {@link
   *     ServerSession#open}
   */
  public LogicalPlan plan(LogicalRequest request) {
    secrets.forWriting();
    folder();
    try (ServerSession session = ServerSession.open(request.server())) {
      record Server(int version, long system, boolean passwords) {}
      Server server =
          session.one(
              "looking at the server",
              SERVER,
              row -> new Server(row.getInt(1), row.getLong(2), row.getBoolean(3)));
      requireOurs(session, server.system());
      ClientTools tools = ClientTools.forDump(request.binaries(), server.version() / 10_000);
      List<LogicalPlan.Database> databases = new DatabaseLook(session, request).databases();
      return new LogicalPlan(
          request,
          session.address(),
          server.version(),
          server.system(),
          tools,
          databases,
          server.passwords(),
          Runtime.getRuntime().availableProcessors(),
          warnings(request, server.version() / 10_000, tools, server.passwords(), databases));
    }
  }

  private List<String> warnings(
      LogicalRequest request,
      int major,
      ClientTools tools,
      boolean passwords,
      List<LogicalPlan.Database> databases) {
    List<String> warnings = new ArrayList<>();
    if (ClientTools.writesForNewerAlone(tools.major(), major)) {
      warnings.add(
          "the client programs here are "
              + tools.version()
              + ": restore brings what they write into PostgreSQL 17 or newer, and not back into a"
              + " server of "
              + major
              + "; install postgresql-client-"
              + major);
    }
    long most = MOST_PARTS * cluster.store().partSize();
    databases.stream()
        .filter(one -> one.bytes() > most && cluster.store().address().contains("s3://"))
        .forEach(
            one ->
                warnings.add(
                    "the database "
                        + one.name()
                        + " is larger than a bucket takes in 10,000 parts ("
                        + most
                        + " bytes): unless it compresses well, give a larger part-size in the"
                        + " store's address"));
    if (!request.filters().isNone()) {
      warnings.add(
          "only a part of each database is dumped: restore latest passes such dumps over, and no"
              + " roles and tablespaces come along");
    } else if (!passwords) {
      warnings.add(
          "the role may not read passwords of roles (pg_authid): roles are kept without them");
    }
    return warnings;
  }

  private void requireOurs(ServerSession session, long system) {
    if (system != cluster.identity().systemIdentifier()) {
      throw new Failure(
          ErrorCode.FOREIGN_CLUSTER,
          "the server at "
              + session.address()
              + " is another cluster than "
              + cluster.identity().name()
              + " in the repository",
          "check DATABASE_URL, or name the server's cluster: --cluster NAME");
    }
  }

  /** What stands before {@code backups/}. */
  private String folder() {
    if (repository.clusters().size() <= 1) {
      return "";
    }
    String name = cluster.identity().name();
    if (TAKEN.contains(name)) {
      throw new Failure(
          ErrorCode.USAGE,
          "dumps of a cluster named " + name + " would lie among other objects of the repository",
          "give that cluster a repository of its own for logical backups");
    }
    return name + "/";
  }

  /**
   * Takes it. What was not finished leaves nothing that looks whole.
   *
   * @throws Failure LEASE_HELD, BACKUP_INTERRUPTED; what befalls one dump is in the result
   */
  public LogicalResult take(LogicalPlan plan, LogicalProgress progress, Cancel cancel) {
    try (Lease lease = cluster.acquireLease(LeaseRole.LOGICAL, LEASE_WAIT)) {
      String folder = folder();
      return new LogicalRun(
              plan,
              cluster,
              folder,
              freeTime(plan, folder),
              new LogicalRun.Sealing(secrets, salt()),
              clock,
              random,
              lease,
              cancel)
          .take(progress);
    }
  }

  /**
   * One salt for a repository: to prove all its dumps takes one key. It is apart from what encrypts
   * them, and another repository has another.
   */
  private byte[] salt() {
    byte[] text = ("mockupaws dumps of " + repository.id()).getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(Digests.sha256().digest(text), SALT_BYTES);
  }

  /** A second in which no other run began: names tell seconds. */
  private Instant freeTime(LogicalPlan plan, String folder) {
    Instant time = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    while (isTaken(plan, folder, time)) {
      time = time.plusSeconds(1);
    }
    return time;
  }

  private boolean isTaken(LogicalPlan plan, String folder, Instant time) {
    return plan.databases().stream()
            .map(one -> DumpName.key(folder, one.name(), DumpSidecar.Content.DATABASE, time))
            .anyMatch(key -> isThere(key) || isThere(Dumps.sidecarOf(key)))
        || isThere(
            DumpName.key(folder, cluster.identity().name(), DumpSidecar.Content.GLOBALS, time));
  }

  private boolean isThere(io.mockupaws.core.format.ObjectKey key) {
    return cluster.store().stat(key).isPresent();
  }
}
