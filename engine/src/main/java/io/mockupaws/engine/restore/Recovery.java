package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Brings a restored directory to its target with a real server. */
final class Recovery {
  /** Rules for connections while the server we started runs; the source's own follow ours. */
  private static final String HBA = "mockupaws_hba.conf";

  /**
   * The socket lies in the directory and has mode 0700: this is the owner and root, no one else.
   */
  private static final String OWNER_RULE =
      """
      # the owner of this directory, over the socket in it
      local all all trust
      # as on the source
      """;

  private final RestorePlan plan;
  private final RestoredDirectory restored;
  private final InstantSource clock;

  Recovery(RestorePlan plan, RestoredDirectory restored, InstantSource clock) {
    this.plan = plan;
    this.restored = restored;
    this.clock = clock;
  }

  RestoreResult follow(RestoreResult result, RestoreListener listener, Cancel cancel) {
    try (RecoveringServer server = RecoveringServer.start(start(), clock)) {
      RecoveringServer.Reached reached = server.follow(listener, cancel);
      if (plan.request().action() == TargetAction.PROMOTE) {
        removeRecoverySettings();
      }
      return result.with(
          new RestoreResult.Recovered(
              reached,
              plan.target().lastCommit(),
              server.port(),
              server.log(),
              plan.loss().age(),
              Duration.between(plan.request().asked(), reached.ended())));
    }
  }

  private RecoveringServer.Start start() {
    Path directory = restored.directory();
    Map<String, String> settings =
        new LinkedHashMap<>(RecoveringServer.settingsToFollow(directory));
    if (plan.request().keepSettings()) {
      // what we start never archives into, subscribes to or follows the live cluster
      settings.put("archive_mode", "off");
      settings.put("max_logical_replication_workers", "0");
      settings.put("primary_conninfo", "");
    } else {
      settings.put("port", Integer.toString(restored.port()));
      settings.put("hba_file", writeHba(directory).toString());
    }
    return new RecoveringServer.Start(
        plan.binaries().orElseThrow(),
        restored.owner(),
        directory,
        settings,
        new RecoveringServer.Expectation(
            plan.wal().start(),
            plan.target().recordStart(),
            plan.target().recordEnd(),
            plan.request().action()));
  }

  private Path writeHba(Path directory) {
    String rules =
        LocalFiles.read(directory.resolve("pg_hba.conf"))
            .map(content -> new String(content, StandardCharsets.ISO_8859_1))
            .orElse("");
    Path file = directory.resolve(HBA);
    byte[] content = (OWNER_RULE + rules).getBytes(StandardCharsets.ISO_8859_1);
    LocalFiles.write(file, content, modeOf(directory.resolve(SourcePaths.AUTO)), restored.owner());
    return file;
  }

  /** With group access whoever copies the directory reads every file of it. */
  private static int modeOf(Path file) {
    return LocalFiles.attempt("reading", file, () -> LocalFiles.mode(file));
  }

  /** A standby made of this copy would otherwise stop where this recovery did. */
  private void removeRecoverySettings() {
    Path file = restored.directory().resolve(SourcePaths.AUTO);
    LocalFiles.read(file)
        .map(ConfigText::parse)
        .map(AutoConf::withoutRecovery)
        .ifPresent(text -> LocalFiles.write(file, text.bytes(), modeOf(file), restored.owner()));
  }
}
