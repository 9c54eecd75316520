package io.mockupaws.engine.restore;

import io.mockupaws.engine.journal.Unshipped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a target holds before the restore, and what becomes of it.
 *
 * @param treatment never {@link Occupied#REFUSED}
 * @param systemIdentifier of the cluster in it, as text; empty when it is none, or when nothing is
 *     left that tells
 * @param files in it, WAL included
 * @param bytes of them
 * @param removed what will be removed because the backup does not have it, WAL apart
 * @param links symbolic links in it that are not followed: they go, what they lead to stays
 * @param unshipped its WAL beside the journal; empty when it is not our cluster
 * @param aside where the old directory will lie
 */
public record Existing(
    Occupied treatment,
    Optional<String> systemIdentifier,
    long files,
    long bytes,
    Removed removed,
    List<String> links,
    Optional<Unshipped> unshipped,
    Optional<Path> aside) {

  /**
   * What will be removed.
   *
   * @param files all files, links and directories
   * @param bytes of the files
   * @param paths the first of them, relative to the target; a directory stands for all in it
   */
  public record Removed(long files, long bytes, List<String> paths) {
    public Removed {
      paths = List.copyOf(paths);
    }

    static Removed nothing() {
      return new Removed(0, 0, List.of());
    }
  }

  public Existing {
    links = List.copyOf(links);
  }
}
