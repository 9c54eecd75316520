package io.mockupaws.core.pg;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What {@code global/pg_control} says ({@code ControlFileData}, src/include/catalog/pg_control.h,
 * as laid out on little-endian 64-bit machines).
 *
 * @param systemIdentifier the cluster's name for itself, 64 bits, unsigned
 * @param controlVersion the layout: 1300 (15 and 16), 1700, 1800
 * @param catalogVersion for example 202209061
 * @param state what the server was doing when it wrote the file last
 * @param modified when that was, to the second
 * @param checkpoint where the last checkpoint's record starts
 * @param lastCheckpoint what that record says
 * @param minRecoveryPoint replay must reach this before the files agree; zero: nothing to wait for
 * @param minRecoveryTimeline the timeline of {@code minRecoveryPoint}; empty when that is zero
 * @param backupStartPoint redo of the backup being recovered, until its end is reached; else zero
 * @param backupEndPoint the end of a backup taken from a standby, until it is reached; else zero
 * @param backupEndRequired the end of a backup must be seen in the WAL before the files agree
 * @param settings the settings a recovering server must match
 * @param shape block and segment sizes
 */
public record ControlFile(
    long systemIdentifier,
    int controlVersion,
    int catalogVersion,
    State state,
    Instant modified,
    Lsn checkpoint,
    Checkpoint lastCheckpoint,
    Lsn minRecoveryPoint,
    Optional<Timeline> minRecoveryTimeline,
    Lsn backupStartPoint,
    Lsn backupEndPoint,
    boolean backupEndRequired,
    RecoverySettings settings,
    Shape shape) {

  /** The file's size on disk; only its first 292 bytes at most say something. */
  public static final int FILE_SIZE = 8192;

  private static final int CHECKPOINT_COPY = 40;
  private static final double FLOAT_FORMAT = 1234567.0;

  /** {@code DBState}, in its order. */
  public enum State {
    STARTUP,
    SHUT_DOWN,
    SHUT_DOWN_IN_RECOVERY,
    SHUTTING_DOWN,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION
  }

  /**
   * Sizes fixed at {@code initdb} or at compile time, in bytes but for {@code
   * relationSegmentBlocks}.
   *
   * @param checksumVersion 0: data pages carry no checksums
   */
  public record Shape(
      int blockSize,
      int relationSegmentBlocks,
      int walBlockSize,
      int walSegmentSize,
      int checksumVersion) {
    public boolean dataChecksums() {
      return checksumVersion != 0;
    }
  }

  /**
   * Reads the file's content: the first 292 bytes at least.
   *
   * @throws Failure CONTROL_FILE when it is cut off, torn or damaged (its own CRC-32C does not
   *     fit), SERVER_VERSION when its layout is not known
   */
  public static ControlFile parse(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < 16) {
      throw damaged("it has only " + content.length + " bytes");
    }
    int version = bytes.getInt(8);
    int crcAt = crcOffset(version);
    if (content.length < crcAt + 4) {
      throw damaged("it has only " + content.length + " bytes");
    }
    CRC32C crc = new CRC32C();
    crc.update(content, 0, crcAt);
    if ((int) crc.getValue() != bytes.getInt(crcAt)) {
      throw damaged("its checksum does not fit its content");
    }
    if (bytes.getDouble(208) != FLOAT_FORMAT || bytes.getInt(204) != 8) {
      throw damaged("it comes from a machine with another memory layout");
    }
    return read(bytes, version);
  }

  private static int crcOffset(int version) {
    return switch (version) {
      case 1300, 1700 -> 288;
      case 1800 -> 292;
      default ->
          throw new Failure(
              ErrorCode.SERVER_VERSION,
              "the control file has version " + version + ", which this program does not know",
              "Use PostgreSQL 15 to 18, or a newer release of mockupAWS.");
    };
  }

  private static ControlFile read(ByteBuffer bytes, int version) {
    int state = bytes.getInt(16);
    if (state < 0 || state >= State.values().length) {
      throw damaged("its state is " + state);
    }
    int minRecoveryTimeline = bytes.getInt(144);
    return new ControlFile(
        bytes.getLong(0),
        version,
        bytes.getInt(12),
        State.values()[state],
        Instant.ofEpochSecond(bytes.getLong(24)),
        new Lsn(bytes.getLong(32)),
        readCheckpoint(bytes),
        new Lsn(bytes.getLong(136)),
        minRecoveryTimeline == 0
            ? Optional.empty()
            : Optional.of(new Timeline(minRecoveryTimeline)),
        new Lsn(bytes.getLong(152)),
        new Lsn(bytes.getLong(160)),
        bytes.get(168) != 0,
        readSettings(bytes),
        new Shape(
            bytes.getInt(216),
            bytes.getInt(220),
            bytes.getInt(224),
            bytes.getInt(228),
            bytes.getInt(252)));
  }

  private static Checkpoint readCheckpoint(ByteBuffer bytes) {
    try {
      return Checkpoint.read(bytes, CHECKPOINT_COPY);
    } catch (IllegalArgumentException e) {
      throw damaged("its checkpoint has no timeline, or no time");
    }
  }

  private static RecoverySettings readSettings(ByteBuffer bytes) {
    return new RecoverySettings(
        WalLevel.of(bytes.getInt(172))
            .orElseThrow(() -> damaged("its wal_level is " + bytes.getInt(172))),
        bytes.get(176) != 0,
        bytes.getInt(180),
        bytes.getInt(184),
        bytes.getInt(188),
        bytes.getInt(192),
        bytes.getInt(196),
        bytes.get(200) != 0);
  }

  private static Failure damaged(String why) {
    return new Failure(
        ErrorCode.CONTROL_FILE,
        "global/pg_control cannot be used: " + why,
        "Read it again: the server may have been writing it. If it stays so, the cluster is"
            + " damaged; restore a backup.");
  }

  /** The major version, from the catalogue's; empty for a version that is not known. */
  public Optional<MajorVersion> majorVersion() {
    return MajorVersion.ofCatalogVersion(catalogVersion);
  }
}
