package io.mockupaws.core.format;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What lies beside a dump and proves it.
 *
 * @param name the dump's file name as it was written
 * @param cluster the cluster's name in its repository
 * @param system PostgreSQL's system identifier, 64 bits, unsigned
 * @param database whose dump it is; of globals the one that was connected to
 * @param startedAt when the run began to which it belongs; the dumps of one run share it
 * @param finishedAt when the dump was whole
 * @param serverVersion {@code server_version_num}
 * @param tools the version of the {@code pg_dump} that wrote it, for example 15.18
 * @param filters what of the database it was limited to, as {@code pg_dump} was told; empty: all
 * @param plainBytes of what {@code pg_dump} wrote
 * @param databaseBytes what the whole database took on its server, indexes included; empty where
 *     nothing tells
 * @param size bytes of the dump
 * @param sha256 of the dump, hexadecimal
 * @param pieceBytes how many bytes of the dump each of the pieces has, but the last
 * @param pieces the SHA-256 of each, hexadecimal
 * @param properties of the database itself as JSON; not in globals
 */
public record DumpSidecar(
    String name,
    Content content,
    String cluster,
    long system,
    String database,
    Instant startedAt,
    Instant finishedAt,
    int serverVersion,
    String tools,
    List<String> filters,
    long plainBytes,
    OptionalLong databaseBytes,
    long size,
    String sha256,
    int pieceBytes,
    List<String> pieces,
    Optional<String> properties) {
  /** The format of today. */
  static final int FORMAT = 1;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int MOST_PIECE_BYTES = 256 << 20;

  public DumpSidecar {
    filters = List.copyOf(filters);
    pieces = List.copyOf(pieces);
    boolean fits =
        size > 0
            && plainBytes >= 0
            && databaseBytes.orElse(0) >= 0
            && pieceBytes > 0
            && pieceBytes <= MOST_PIECE_BYTES
            && pieces.size() == (size + pieceBytes - 1) / pieceBytes
            && DIGEST.matcher(sha256).matches()
            && pieces.stream().allMatch(piece -> DIGEST.matcher(piece).matches());
    if (!fits) {
      throw new IllegalArgumentException("sizes and digests that do not fit");
    }
  }

  /** What it takes on a server once it is restored, as far as can be told: never less than that. */
  public long restoredBytes() {
    return filters.isEmpty() ? Math.max(plainBytes, databaseBytes.orElse(0)) : plainBytes;
  }

  /** What a dump holds. */
  public enum Content {
    /** One database, as {@code pg_dump --format=custom} writes it. */
    DATABASE,
    /** Roles and tablespaces, as {@code pg_dumpall --globals-only} writes them: SQL. */
    GLOBALS
  }
}
