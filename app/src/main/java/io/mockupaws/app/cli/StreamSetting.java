package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.journal.PrimaryDiskPolicy;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.WalServer;

/** What a stream of the chosen cluster is started with. */
final class StreamSetting {
  private final Parts parts;
  private final Config config;
  private final ClusterConfig cluster;

  StreamSetting(Parts parts, Config config, OpenCluster open) {
    this.parts = parts;
    this.config = config;
    this.cluster = config.clusterConfig(open.cluster().identity().name());
  }

  WalServer server() {
    return new PgWalServer(
        parts.address(config.server().orElseThrow()), cluster.slot(), parts.clock());
  }

  /** What brings WAL in that a server left; it shares the spool with the stream. */
  static Salvages salvages(Parts parts, Config config, OpenCluster open) {
    return new Salvages(
        open.repository().id(),
        open.cluster(),
        new StreamSetting(parts, config, open).journal(),
        parts.clock());
  }

  JournalSettings journal() {
    // Half of it passes before a piece is begun, the other half is for bringing it home.
    return JournalSettings.of(config.repository().spool(), cluster.slot())
        .withDurability(durability(config))
        .withTailInterval(config.repository().tail().dividedBy(2))
        .withOnDamage(onDamage(cluster))
        .withPrimaryDisk(
            new PrimaryDiskPolicy(
                switch (cluster.disk()) {
                  case KEEP -> PrimaryDiskPolicy.Choice.KEEP;
                  case SHED -> PrimaryDiskPolicy.Choice.SHED;
                },
                cluster.diskLimit()));
  }

  static JournalSettings.Durability durability(Config config) {
    return switch (config.repository().durability()) {
      case SPOOL -> JournalSettings.Durability.SPOOL;
      case ANY -> JournalSettings.Durability.ANY;
      case ALL -> JournalSettings.Durability.ALL;
    };
  }

  static JournalSettings.OnDamage onDamage(ClusterConfig cluster) {
    return switch (cluster.damagedWal()) {
      case ACKNOWLEDGE -> JournalSettings.OnDamage.GO_ON;
      case HOLD -> JournalSettings.OnDamage.HOLD;
    };
  }
}
