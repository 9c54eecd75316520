package io.mockupaws.engine.configuration;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.backup.ConfigurationFiles;
import io.mockupaws.engine.backup.ConfigurationPlaces;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The versions of a cluster's configuration that its repository keeps. */
public final class Configurations {
  private static final String FOLDER = "configuration/";

  private final ClusterRepository cluster;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Configurations(ClusterRepository cluster, InstantSource clock, RandomGenerator random) {
    this.cluster = cluster;
    this.clock = clock;
    this.random = random;
  }

  /** A version that is kept. */
  public record Version(VersionName name, ClusterConfiguration content, long storedBytes) {}

  /**
   * What was read, and the version that has it.
   *
   * @param version empty where it would be stored, and was not
   * @param stored whether it was stored by this call
   * @param storedBytes by this call
   * @param warnings in words
   */
  public record Taken(
      Optional<VersionName> version,
      ClusterConfiguration content,
      boolean stored,
      long storedBytes,
      List<String> warnings) {}

  /**
   * Reads the server's configuration.
   *
   * @throws Failure FOREIGN_CLUSTER; SERVER_RIGHTS where nothing of the files may be read and where
   *     the settings that name them may not; and as {@link ServerSession#open}
   */
  public ClusterConfiguration live(ServerAddress server) {
    try (ServerSession session = ServerSession.open(server)) {
      ServerFacts facts = ServerFacts.read(session);
      if (facts.systemIdentifier() != cluster.identity().systemIdentifier()) {
        throw new Failure(
            ErrorCode.FOREIGN_CLUSTER,
            "the server at "
                + session.address()
                + " is another cluster than "
                + cluster.identity().name()
                + " in the repository",
            "check DATABASE_URL, or name the server's cluster: --cluster NAME");
      }
      ConfigurationFiles.Read read = ConfigurationFiles.of(session, facts);
      if (read.files().isEmpty() && !read.lacking().isEmpty()) {
        throw new Failure(
            ErrorCode.SERVER_RIGHTS,
            "no file of the configuration can be read: "
                + read.lacking().getFirst().path()
                + ": "
                + read.lacking().getFirst().why(),
            "make or complete the role by mockupaws init --admin-url, or run this on the server's"
                + " host as the user who owns the files");
      }
      return new ClusterConfiguration(
          clock.instant(),
          facts.systemIdentifier(),
          facts.version(),
          read.mode().word(),
          ConfigurationPlaces.of(facts),
          read.files(),
          read.lacking(),
          new GlobalsReader(session).read());
    }
  }

  /**
   * Stores what was read, unless the newest version says the same.
   *
   * @param dryRun only look
   */
  public Taken take(ServerAddress server, boolean dryRun) {
    ClusterConfiguration content = live(server);
    List<String> warnings = new ArrayList<>();
    if (!content.globals().passwords()) {
      warnings.add(
          "the role may not read passwords of roles: roles are kept without them; as an"
              + " administrator: GRANT SELECT ON pg_catalog.pg_authid TO "
              + Sql.identifier(server.user())
              + ";");
    }
    Optional<Version> newest = newest(warnings);
    if (newest.isPresent() && newest.get().content().saysTheSame(content)) {
      return new Taken(Optional.of(newest.get().name()), content, false, 0, warnings);
    }
    if (dryRun) {
      return new Taken(Optional.empty(), content, false, 0, warnings);
    }
    VersionName name = VersionName.of(content.readAt(), random);
    byte[] encoded = ConfigurationRecord.encode(content);
    if (cluster.put(key(name), ObjectKind.RECORD, encoded) == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "the repository has a version " + name + " of the configuration already",
          "back up again");
    }
    return new Taken(Optional.of(name), content, true, encoded.length, warnings);
  }

  /** A damaged one is no reason not to store the next. */
  private Optional<Version> newest(List<String> warnings) {
    List<ObjectInfo> all = objects();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(all.getLast()));
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      warnings.add("the newest version before cannot be read: " + e.what());
      return Optional.empty();
    }
  }

  /** What was found. */
  public record Listed(List<Version> versions, List<String> damaged) {}

  /** All versions, oldest first, and in words those that cannot be read. */
  public Listed list() {
    List<Version> versions = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (ObjectInfo object : objects()) {
      try {
        versions.add(read(object));
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
        damaged.add(e.what());
      }
    }
    return new Listed(versions, damaged);
  }

  /**
   * One version.
   *
   * @param name its name, or {@code latest}
   * @throws Failure UNKNOWN_BACKUP where there is none; DAMAGED_OBJECT
   */
  public Version find(String name) {
    List<ObjectInfo> all = objects();
    return all.stream()
        .filter(object -> object.key().fileName().equals(name))
        .findFirst()
        .or(
            () ->
                name.equals("latest") && !all.isEmpty()
                    ? Optional.of(all.getLast())
                    : Optional.empty())
        .map(this::read)
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.UNKNOWN_BACKUP,
                    "cluster "
                        + cluster.identity().name()
                        + " has no version "
                        + name
                        + " of its configuration",
                    all.isEmpty()
                        ? "take the first one: mockupaws backup --kind config"
                        : "see which there are: mockupaws list --kind config"));
  }

  /** Visits versions from the newest on until the visitor has enough. */
  boolean anyNewestFirst(java.util.function.Predicate<ClusterConfiguration> enough) {
    for (ObjectInfo object : objects().reversed()) {
      try {
        if (enough.test(read(object).content())) {
          return true;
        }
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return false;
  }

  private List<ObjectInfo> objects() {
    return cluster.list(FOLDER).stream()
        .filter(object -> VersionName.isOne(object.key().fileName()))
        .toList();
  }

  private Version read(ObjectInfo object) {
    return new Version(
        new VersionName(object.key().fileName()),
        ConfigurationRecord.decode(object.key(), cluster.get(object.key(), ObjectKind.RECORD)),
        object.size());
  }

  private ObjectKey key(VersionName name) {
    return cluster.key(FOLDER + name);
  }
}
