package io.mockupaws.core.format;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first line of a manifest: what a backup is, without its files.
 *
 * @param serverVersion PostgreSQL's {@code server_version_num}
 * @param timeline the timeline of start and stop
 * @param start the redo position from which recovery begins
 * @param stop the position recovery must reach for the cluster to be consistent
 * @param walSegmentSize bytes
 * @param blockSize bytes a page
 * @param backupLabel the content of {@code backup_label}
 * @param readMode how files were read: {@code direct} or {@code sql}
 * @param dataDirectory the absolute path on the source
 * @param directoryMode POSIX permission bits of the data directory
 * @param settings the server's settings that a restore looks at
 * @param files how many files
 * @param bytes of all files
 * @param sealedBytes of the packs this backup wrote
 * @param consolidates the backup of the same content whose place this one takes: it needs fewer
 *     packs
 */
public record ManifestHead(
    BackupId id,
    BackupKind kind,
    String cluster,
    long systemIdentifier,
    int serverVersion,
    Timeline timeline,
    Lsn start,
    Lsn stop,
    Instant startedAt,
    Instant stoppedAt,
    int walSegmentSize,
    int blockSize,
    boolean dataChecksums,
    String backupLabel,
    boolean fromStandby,
    String readMode,
    String dataDirectory,
    int directoryMode,
    Map<String, String> settings,
    List<TablespaceEntry> tablespaces,
    long files,
    long bytes,
    long sealedBytes,
    List<CorruptPage> corruptPages,
    Optional<BackupId> consolidates) {

  /** A backup that was read from a server. */
  public ManifestHead(
      BackupId id,
      BackupKind kind,
      String cluster,
      long systemIdentifier,
      int serverVersion,
      Timeline timeline,
      Lsn start,
      Lsn stop,
      Instant startedAt,
      Instant stoppedAt,
      int walSegmentSize,
      int blockSize,
      boolean dataChecksums,
      String backupLabel,
      boolean fromStandby,
      String readMode,
      String dataDirectory,
      int directoryMode,
      Map<String, String> settings,
      List<TablespaceEntry> tablespaces,
      long files,
      long bytes,
      long sealedBytes,
      List<CorruptPage> corruptPages) {
    this(
        id,
        kind,
        cluster,
        systemIdentifier,
        serverVersion,
        timeline,
        start,
        stop,
        startedAt,
        stoppedAt,
        walSegmentSize,
        blockSize,
        dataChecksums,
        backupLabel,
        fromStandby,
        readMode,
        dataDirectory,
        directoryMode,
        settings,
        tablespaces,
        files,
        bytes,
        sealedBytes,
        corruptPages,
        Optional.empty());
  }

  public ManifestHead {
    settings = Map.copyOf(settings);
    tablespaces = List.copyOf(tablespaces);
    corruptPages = List.copyOf(corruptPages);
  }

  /**
   * The same content under another name, with other packs.
   *
   * @param stored bytes of the packs that are written for it
   */
  public ManifestHead consolidated(BackupId name, long stored) {
    return new ManifestHead(
        name,
        BackupKind.INCREMENTAL,
        cluster,
        systemIdentifier,
        serverVersion,
        timeline,
        start,
        stop,
        startedAt,
        stoppedAt,
        walSegmentSize,
        blockSize,
        dataChecksums,
        backupLabel,
        fromStandby,
        readMode,
        dataDirectory,
        directoryMode,
        settings,
        tablespaces,
        files,
        bytes,
        stored,
        corruptPages,
        Optional.of(id));
  }

  /**
   * Puts those of equal content in a row: the one whose place no other of them has taken, that
   * whose place it took, and so on.
   */
  public static Comparator<ManifestHead> newestConsolidation(List<ManifestHead> heads) {
    Map<BackupId, BackupId> by = new HashMap<>();
    heads.forEach(head -> head.consolidates().ifPresent(former -> by.put(former, head.id())));
    return Comparator.comparingInt(head -> taken(head.id(), by));
  }

  /** How many took its place, one after the other. */
  private static int taken(BackupId id, Map<BackupId, BackupId> by) {
    int count = 0;
    BackupId at = id;
    while (by.containsKey(at) && count < by.size()) {
      at = by.get(at);
      count++;
    }
    return count;
  }

  /** Those whose place no other of them has taken. */
  public static List<ManifestHead> withoutConsolidated(List<ManifestHead> heads) {
    Set<BackupId> replaced =
        heads.stream().flatMap(head -> head.consolidates().stream()).collect(Collectors.toSet());
    return heads.stream().filter(head -> !replaced.contains(head.id())).toList();
  }
}
