package io.mockupaws.app.config;

import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.kms.KmsAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Every setting of {@code mockupaws.yaml}. */
final class Settings {
  static final Setting<StoreAddress> STORES =
      new Setting<>(
          "repository.stores",
          List.of("BACKUP_REPOSITORY", "BACKUP_BUCKET"),
          new Kind<>("file:///path or s3://bucket/prefix", StoreAddress::parse),
          Optional.empty(),
          "where the repository lies");
  static final Setting<Durability> DURABILITY =
      of(
          "repository.durability",
          Kind.oneOf(Durability.class),
          "any",
          "where WAL must be durable before PostgreSQL may forget it: the local spool, any store,"
              + " all stores");
  static final Setting<Path> SPOOL =
      new Setting<>(
          "repository.spool",
          List.of("BACKUP_SPOOL_DIR"),
          Kind.directory(),
          Optional.empty(),
          "local directory for WAL on its way; default: /var/lib/mockupaws where it can be"
              + " written, else ~/.local/state/mockupaws");
  static final Setting<Encryption> ENCRYPTION =
      of(
          "repository.encryption",
          Kind.oneOf(Encryption.class),
          "aes-256-gcm",
          "none: a new repository is not encrypted");
  static final Setting<String> KMS_KEY =
      new Setting<>(
          "repository.kms-key",
          List.of("BACKUP_KMS_KEY"),
          new Kind<>(KmsAddress.EXPECTED, Settings::kmsKey),
          Optional.empty(),
          "key of AWS KMS that opens the repository, instead of a secret");
  static final Setting<Duration> TAIL =
      of(
          "repository.tail",
          Kind.duration("10ms", "60s"),
          "1s",
          "the longest time received WAL waits before it is durable in the repository");
  static final Setting<Rate> MAX_RATE =
      new Setting<>(
          "repository.max-rate",
          List.of(),
          new Kind<>(Rate.EXPECTED, Rate::parse),
          Optional.empty(),
          "at most so much of packs is written or read a second; WAL is never held back");
  static final Setting<String> CLUSTER_URL =
      new Setting<>(
          "clusters.*.url",
          List.of("BACKUP_DATABASE_URL", "DATABASE_URL"),
          new Kind<>("postgresql://user@host:5432/dbname", Settings::databaseAddress),
          Optional.empty(),
          "address of the server, as \"${VARIABLE}\" when it has a password");
  static final Setting<StreamChoice> CLUSTER_STREAM =
      of(
          "clusters.*.stream",
          Kind.oneOf(StreamChoice.class),
          "on",
          "off: a server that lets nobody stream or read files, protected by dumps alone");
  static final Setting<String> CLUSTER_SLOT =
      new Setting<>(
          "clusters.*.slot",
          List.of(),
          Kind.text(
              "lower-case letters, digits and _, at most 63", Pattern.compile("[a-z0-9_]{1,63}")),
          Optional.empty(),
          "replication slot; default: mockupaws_NAME");
  static final Setting<Rate> CLUSTER_READ_RATE =
      new Setting<>(
          "clusters.*.max-read-rate",
          List.of(),
          new Kind<>(Rate.EXPECTED, Rate::parse),
          Optional.empty(),
          "at most so much is read from the server by a backup a second");
  static final Setting<Duration> CLUSTER_RPO =
      of(
          "clusters.*.objectives.rpo",
          Kind.duration("0s", "30d"),
          "5m",
          "how much time may be lost");
  static final Setting<Duration> CLUSTER_RTO =
      of(
          "clusters.*.objectives.rto",
          Kind.duration("1s", "30d"),
          "1h",
          "how long a recovery may take");
  static final Setting<PrimaryDisk> CLUSTER_DISK =
      of(
          "clusters.*.primary-disk",
          Kind.oneOf(PrimaryDisk.class),
          "keep",
          "what comes first when the repository takes no WAL: keep WAL on the server, or shed it to"
              + " protect the server's disk");
  static final Setting<Long> CLUSTER_DISK_LIMIT =
      new Setting<>(
          "clusters.*.primary-disk-limit",
          List.of(),
          Kind.size("1MiB", "1PiB"),
          Optional.empty(),
          "WAL kept for the slot from which on there is an alarm, or it is shed; default: half of"
              + " max_slot_wal_keep_size, or of the server's disk on its own host");
  static final Setting<DamagedWal> CLUSTER_DAMAGED_WAL =
      of(
          "clusters.*.damaged-wal",
          Kind.oneOf(DamagedWal.class),
          "acknowledge",
          "what happens behind a record that the server sent broken, until the backup behind it is"
              + " there: acknowledge its WAL, or hold, so that the server keeps it");
  static final Setting<Keep> KEEP_DAILY = keep("daily", "30d", List.of("BACKUP_RETENTION_DAYS"));
  static final Setting<Keep> KEEP_WEEKLY = keep("weekly", "12w", List.of());
  static final Setting<Keep> KEEP_MONTHLY = keep("monthly", "12m", List.of());
  static final Setting<Keep> KEEP_YEARLY = keep("yearly", "7y", List.of());
  static final Setting<Keep> KEEP_WAL = keep("wal", "7d", List.of());
  static final Setting<Integer> KEEP_MINIMUM =
      of("retention.minimum", Kind.number(1, 100_000), "7", "backups never to go below");

  static final Setting<Timetable> SCHEDULE_PHYSICAL =
      schedule("physical", "0 2 * * *", "when serve takes a physical backup");
  static final Setting<Timetable> SCHEDULE_LOGICAL =
      schedule("logical", "0 2 * * *", "when serve takes a logical backup");
  static final Setting<Timetable> SCHEDULE_CONFIG =
      schedule("config", "0 3 * * 0", "when serve takes a backup of the configuration");
  static final Setting<Timetable> SCHEDULE_CLEANUP =
      schedule("cleanup", "0 4 * * *", "when serve cleans up");
  static final Setting<String> SERVE_LISTEN =
      of(
          "serve.listen",
          Kind.text("an address of this host", Pattern.compile("[0-9A-Za-z:._-]{1,253}")),
          "127.0.0.1",
          "the address of this host at which serve answers");
  static final Setting<Integer> SERVE_PORT =
      of("serve.port", Kind.number(0, 65_535), "8000", "the port at which serve answers");
  static final Setting<Duration> SERVE_LOOK =
      of("serve.look", Kind.duration("1s", "1h"), "60s", "how often serve looks at each cluster");
  static final Setting<Long> QUOTA =
      new Setting<>(
          "repository.quota",
          List.of(),
          Kind.size("1MiB", "100000TiB"),
          Optional.empty(),
          "bytes that each store may hold: what is free of it is counted against this");

  private Settings() {}

  private static Setting<Timetable> schedule(String task, String fallback, String help) {
    return of("schedule." + task, new Kind<>(Timetable.EXPECTED, Timetable::parse), fallback, help);
  }

  /** All, in the order of the manual. */
  static List<Setting<?>> all() {
    return List.of(
        STORES,
        DURABILITY,
        SPOOL,
        ENCRYPTION,
        KMS_KEY,
        TAIL,
        MAX_RATE,
        QUOTA,
        CLUSTER_URL,
        CLUSTER_STREAM,
        CLUSTER_SLOT,
        CLUSTER_READ_RATE,
        CLUSTER_RPO,
        CLUSTER_RTO,
        CLUSTER_DISK,
        CLUSTER_DISK_LIMIT,
        CLUSTER_DAMAGED_WAL,
        KEEP_DAILY,
        KEEP_WEEKLY,
        KEEP_MONTHLY,
        KEEP_YEARLY,
        KEEP_WAL,
        KEEP_MINIMUM,
        SCHEDULE_PHYSICAL,
        SCHEDULE_LOGICAL,
        SCHEDULE_CONFIG,
        SCHEDULE_CLEANUP,
        SERVE_LISTEN,
        SERVE_PORT,
        SERVE_LOOK);
  }

  private static <T> Setting<T> of(String key, Kind<T> kind, String fallback, String help) {
    return new Setting<>(key, List.of(), kind, Optional.of(fallback), help);
  }

  private static Setting<Keep> keep(String tier, String fallback, List<String> variables) {
    return new Setting<>(
        "retention." + tier,
        variables,
        Kind.keep(),
        Optional.of(fallback),
        tier.equals("wal") ? "how long WAL is kept" : "how long " + tier + " backups are kept");
  }

  /** Only the beginning is looked at here: the engine reads the rest, and knows libpq's rules. */
  private static String databaseAddress(String text) {
    if (!text.matches("postgres(ql)?(\\+[a-z0-9]+)?://.*")) {
      throw new IllegalArgumentException("not an address of a database");
    }
    return text;
  }

  private static String kmsKey(String text) {
    if (!KmsAddress.isKey(text)) {
      throw new IllegalArgumentException("not a KMS key");
    }
    return text;
  }
}
