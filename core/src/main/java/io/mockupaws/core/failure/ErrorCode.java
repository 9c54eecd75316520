package io.mockupaws.core.failure;

import java.util.Locale;

/**
 * The closed list of errors an operator can meet. A number is never used again for another meaning:
 * scripts and alerts rely on it.
 */
public enum ErrorCode {
  // 100: wrong use and configuration
  USAGE(100),
  CONFIGURATION(101),
  MISSING_SETTING(102),
  BAD_ADDRESS(103),
  BAD_TIME(104),
  UNKNOWN_CLUSTER(105),
  AMBIGUOUS_CLUSTER(106),
  UNKNOWN_BACKUP(107),
  UNKNOWN_EVENT(109),

  // 200: stores
  STORE_UNREACHABLE(200),
  STORE_NO_BUCKET(201),
  STORE_CREDENTIALS(202),
  STORE_DENIED(203),
  STORE_FULL(204),
  STORE_CONFLICT(205),
  OBJECT_MISSING(206),

  // 300: repository and keys
  NO_REPOSITORY(300),
  REPOSITORY_EXISTS(301),
  WRONG_KEY(302),
  WEAK_KEY(303),
  DAMAGED_OBJECT(304),
  UNKNOWN_FORMAT(305),
  ENCRYPTION_MISMATCH(306),
  LEASE_HELD(307),
  LEASE_LOST(308),
  CLUSTER_EXISTS(309),
  KMS_UNREACHABLE(310),
  KMS_CREDENTIALS(311),
  KMS_DENIED(312),
  KMS_KEY_UNUSABLE(313),
  KMS_NO_KEY(314),
  FOREIGN_REPOSITORY(315),
  REPLICATION_INTERRUPTED(316),
  NO_SIDECAR(317),

  // 400: the server
  SERVER_UNREACHABLE(400),
  SERVER_LOGIN(401),
  SERVER_RIGHTS(402),
  SERVER_SETTING(403),
  SERVER_VERSION(404),
  SERVER_CHANGED(405),
  FOREIGN_CLUSTER(406),
  SLOT(407),
  SERVER_POOLED(408),
  SERVER_ERROR(409),

  // 500: backup and journal
  BACKUP_INTERRUPTED(500),
  CORRUPT_PAGE(501),
  WAL_DAMAGED(502),
  WAL_HOLE(503),
  WAL_NOT_DURABLE(504),
  OTHER_LIFE(505),
  DATABASE_COPIED(506),
  CONTROL_FILE(507),
  VERIFY_INTERRUPTED(508),
  NO_BASE_BACKUP(509),
  NOT_CONSOLIDATED(510),
  DUMP_FAILED(511),
  RUN_BROKE_OFF(512),

  // 600: restore
  TARGET_NOT_EMPTY(600),
  TARGET_OUTSIDE_WINDOW(601),
  TARGET_IN_HOLE(602),
  TARGET_AMBIGUOUS(603),
  NO_BACKUP(604),
  NOT_REACHED(605),
  NO_BINARIES(606),
  RUNNING_AS_ROOT(607),
  RECOVERY_FAILED(608),
  TARGET_UNSAFE(609),
  RESTORE_INTERRUPTED(610),
  TARGET_RUNNING(611),
  TARGET_FOREIGN(612),
  NO_CLIENT_TOOLS(613),
  DATABASE_IN_USE(614),
  DATABASE_UNFIT(615),
  DATABASE_DIFFERS(616),
  DATABASE_COPY_FAILED(617),
  TARGET_ROLLED_BACK(618),
  CONFIGURATION_UNSAVED(619),

  // 700: retention
  TOO_MANY_EXPIRE(700),
  NO_NEW_BACKUP(701),
  CLOCKS_DIFFER(702),
  CLEANUP_INTERRUPTED(703),

  // 900: the host, and us
  DISK_FULL(900),
  LOCAL_FILE(901),
  GIT(902),
  INTERNAL(999);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The stable code, for example {@code MAW302}. */
  public String code() {
    return "MAW" + number;
  }

  /** The name as operators read it beside the code, for example {@code wrong-key}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
