package io.mockupaws.app.config;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.Slots;
import io.mockupaws.engine.notice.Channel;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.schedule.Schedule;
import io.mockupaws.engine.task.Task;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the configuration: flags over environment over file, all mistakes together. */
public final class ConfigReader {
  private static final Path SYSTEM_SPOOL = Path.of("/var/lib/mockupaws");

  private static final String HISTORY = "BACKUP_HISTORY_URL";
  private static final String LOGS = "BACKUP_LOG_DIR";

  private final Map<String, String> environment;

  /**
   * @param environment the process's variables
   */
  public ConfigReader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads and checks everything; mistakes go to {@code problems}, and the caller ends the command
   * by {@link Problems#throwIfAny()}. What is wrong or missing is absent from the answer.
   */
  public Config read(ConfigRequest request, Problems problems) {
    ConfigFile file = ConfigFile.find(request.file(), environment, problems);
    Layers layers = new Layers(environment, file, problems);
    RepositoryConfig repository = repository(request, file, layers, problems);
    Map<String, ClusterConfig> clusters = clusters(file, layers);
    Optional<String> cluster = cluster(request, clusters.keySet(), problems);
    boolean serverNeeded = request.needs().contains(Need.SERVER);
    Optional<ServerUrl> server =
        new ServerChoice(environment, file, problems).choose(cluster, serverNeeded);
    RetentionConfig retention = retention(layers);
    Optional<String> kmsKey =
        repository.encryption() == Encryption.NONE
            ? Optional.empty()
            : layers.find(Settings.KMS_KEY);
    Optional<Secret> key = key(request, repository, kmsKey.isPresent(), problems);
    return new Config(
        file.path(),
        repository,
        cluster,
        server,
        key,
        kmsKey,
        newKey(request, problems),
        clusters,
        retention,
        history(server, layers),
        daemon(layers));
  }

  /** Of its variable, else beside what is backed up. */
  private static Optional<ServerUrl> history(Optional<ServerUrl> server, Layers layers) {
    Optional<ConfigFile.Located> variable = layers.variable(List.of(HISTORY));
    if (variable.isEmpty()) {
      return server;
    }
    return variable
        .filter(text -> !text.text().strip().equals("none"))
        .flatMap(text -> layers.parse(Settings.CLUSTER_URL, text))
        .map(ServerUrl::new);
  }

  private static DaemonConfig daemon(Layers layers) {
    Map<Task, Schedule> schedules = new EnumMap<>(Task.class);
    for (Task task : Task.values()) {
      layers
          .get(
              switch (task) {
                case PHYSICAL -> Settings.SCHEDULE_PHYSICAL;
                case LOGICAL -> Settings.SCHEDULE_LOGICAL;
                case CONFIG -> Settings.SCHEDULE_CONFIG;
                case CLEANUP -> Settings.SCHEDULE_CLEANUP;
              })
          .schedule()
          .ifPresent(schedule -> schedules.put(task, schedule));
    }
    return new DaemonConfig(
        layers.get(Settings.SERVE_LISTEN),
        layers.get(Settings.SERVE_PORT),
        layers.get(Settings.SERVE_LOOK),
        layers.find(Settings.QUOTA).map(OptionalLong::of).orElse(OptionalLong.empty()),
        schedules);
  }

  /** The ways by which people are told; mistakes go to {@code problems}. */
  public List<Channel> notices(Problems problems) {
    return new NoticeChoice(environment, problems).channels();
  }

  /** An address that stands in the arguments, with {@code ${VARIABLE}} replaced. */
  public ServerUrl expanded(String text, Problems problems) {
    Interpolation.unset(text, environment)
        .ifPresent(name -> problems.missing(name, "not set, and an address names it"));
    return new ServerUrl(Interpolation.apply(text, environment));
  }

  private RepositoryConfig repository(
      ConfigRequest request, ConfigFile file, Layers layers, Problems problems) {
    StoreChoice choice = new StoreChoice(file, layers, problems);
    List<ConfigFile.Located> texts = choice.texts(request);
    if (texts.isEmpty() && request.needs().contains(Need.REPOSITORY)) {
      noteMissing(
          "BACKUP_REPOSITORY", "not set: where the repository lies, " + expected(), problems);
    }
    List<StoreAddress> stores = choice.read(texts);
    Encryption encryption =
        request.noEncryption() ? Encryption.NONE : layers.get(Settings.ENCRYPTION);
    return new RepositoryConfig(
        stores,
        layers.get(Settings.DURABILITY),
        layers.find(Settings.SPOOL).orElseGet(this::defaultSpool),
        encryption,
        layers.get(Settings.TAIL),
        storeOptions(problems),
        request.maxRate().or(() -> layers.find(Settings.MAX_RATE)));
  }

  private StoreOptions storeOptions(Problems problems) {
    try {
      return StoreOptions.of(environment);
    } catch (Failure e) {
      problems.wrong("AWS_ENDPOINT_URL_S3, AWS_REGION", e.what());
      return StoreOptions.none();
    }
  }

  private static String expected() {
    return Settings.STORES.kind().expected() + " (or BACKUP_BUCKET)";
  }

  private static Map<String, ClusterConfig> clusters(ConfigFile file, Layers layers) {
    Map<String, ClusterConfig> clusters = new LinkedHashMap<>();
    for (String name : file.clusters()) {
      clusters.put(
          name,
          new ClusterConfig(
              name,
              layers.get(Settings.CLUSTER_STREAM, name),
              layers.find(Settings.CLUSTER_SLOT, name).orElseGet(() -> Slots.nameFor(name)),
              layers.get(Settings.CLUSTER_RPO, name),
              layers.get(Settings.CLUSTER_RTO, name),
              layers.get(Settings.CLUSTER_DISK, name),
              layers
                  .find(Settings.CLUSTER_DISK_LIMIT, name)
                  .map(OptionalLong::of)
                  .orElse(OptionalLong.empty()),
              layers.get(Settings.CLUSTER_DAMAGED_WAL, name),
              layers.find(Settings.CLUSTER_READ_RATE, name)));
    }
    return clusters;
  }

  private static Optional<String> cluster(
      ConfigRequest request, Set<String> inFile, Problems problems) {
    Optional<String> flag = request.cluster();
    if (flag.isPresent() && !ClusterIdentity.isName(flag.get())) {
      problems.wrong("--cluster", "not a cluster's name: " + ClusterConfig.NAME_EXPECTED);
      return Optional.empty();
    }
    if (flag.isPresent() || inFile.size() != 1) {
      return flag;
    }
    return inFile.stream().findFirst();
  }

  private static RetentionConfig retention(Layers layers) {
    return new RetentionConfig(
        layers.get(Settings.KEEP_DAILY),
        layers.get(Settings.KEEP_WEEKLY),
        layers.get(Settings.KEEP_MONTHLY),
        layers.get(Settings.KEEP_YEARLY),
        layers.get(Settings.KEEP_WAL),
        layers.get(Settings.KEEP_MINIMUM));
  }

  /** The key; none is read where encryption is turned off. */
  private Optional<Secret> key(
      ConfigRequest request, RepositoryConfig repository, boolean byKms, Problems problems) {
    if (repository.encryption() == Encryption.NONE) {
      return Optional.empty();
    }
    KeySource source = KeySource.current(environment, problems);
    if (byKms) {
      if (source.isSet()) {
        problems.wrong(
            Settings.KMS_KEY.variables().getFirst() + " and " + KeySource.KEY,
            "only one of them may be set: which one opens the repository?");
      }
      return Optional.empty();
    }
    Optional<Secret> key = source.find();
    if (!source.isSet() && request.needs().contains(Need.KEY)) {
      noteMissing(KeySource.KEY, keyMissing(), problems);
    }
    return key;
  }

  /** Read for the command that needs it alone: it may be a command of the operator's. */
  private Optional<Secret> newKey(ConfigRequest request, Problems problems) {
    if (!request.needs().contains(Need.NEW_KEY)) {
      return Optional.empty();
    }
    KeySource source = KeySource.next(environment, problems);
    Optional<Secret> key = source.find();
    if (!source.isSet()) {
      noteMissing(
          KeySource.NEW_KEY,
          "not set: the key that shall open the repository (or "
              + KeySource.NEW_FILE
              + ", "
              + KeySource.NEW_COMMAND
              + ", or --kms-key); a new one: openssl rand -base64 32",
          problems);
    }
    return key;
  }

  private static String keyMissing() {
    return "not set: the repository's key (or "
        + KeySource.FILE
        + ", "
        + KeySource.COMMAND
        + ", or BACKUP_KMS_KEY); a new one: openssl rand -base64 32";
  }

  private void noteMissing(String variable, String what, Problems problems) {
    String misspelt =
        Suggestion.nearest(variable, similarVariables())
            .map(name -> "; " + name + " is set: misspelt?")
            .orElse("");
    problems.missing(variable, what + misspelt);
  }

  private List<String> similarVariables() {
    return environment.keySet().stream()
        .filter(name -> name.startsWith("BACKUP") || name.startsWith("DATABASE"))
        .filter(name -> !KNOWN_VARIABLES.contains(name))
        .toList();
  }

  /** Variables of the environment that have a meaning, used by this command or not. */
  static final Set<String> KNOWN_VARIABLES =
      Set.of(
          "BACKUP_REPOSITORY",
          "BACKUP_BUCKET",
          "BACKUP_DATABASE_URL",
          "DATABASE_URL",
          KeySource.KEY,
          KeySource.FILE,
          KeySource.COMMAND,
          KeySource.NEW_KEY,
          KeySource.NEW_FILE,
          KeySource.NEW_COMMAND,
          "BACKUP_KMS_KEY",
          "BACKUP_REGION",
          "BACKUP_SECONDARY_REGION",
          "BACKUP_SECONDARY_BUCKET",
          "BACKUP_RETENTION_DAYS",
          "BACKUP_SPOOL_DIR",
          LOGS,
          NoticeChoice.WEBHOOK,
          NoticeChoice.SLACK,
          NoticeChoice.PAGERDUTY,
          NoticeChoice.PAGERDUTY_PLACE,
          NoticeChoice.MAIL_TO,
          NoticeChoice.MAIL_FROM,
          NoticeChoice.SMTP,
          "BACKUP_HISTORY_URL");

  /** Where logs of scripts lie, when the environment says so. */
  public Optional<Path> logFolder() {
    return Optional.ofNullable(environment.get(LOGS)).filter(text -> !text.isBlank()).map(Path::of);
  }

  private Path defaultSpool() {
    Path nearest = Files.isDirectory(SYSTEM_SPOOL) ? SYSTEM_SPOOL : SYSTEM_SPOOL.getParent();
    if (nearest != null && Files.isWritable(nearest)) {
      return SYSTEM_SPOOL;
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.startsWith("/")
            ? Path.of(state)
            : Path.of(environment.getOrDefault("HOME", "/tmp"), ".local", "state");
    return base.resolve("mockupaws").toAbsolutePath();
  }
}
