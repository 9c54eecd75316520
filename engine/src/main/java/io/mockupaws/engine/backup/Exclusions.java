package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.Tablespace;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a data directory a backup leaves out, as PostgreSQL's own base backup does ({@code
 * src/backend/backup/basebackup.c}: {@code excludeFiles}, {@code excludeDirContents}, {@code
 * sendDir}). The forks of unlogged relations are {@link Listing}'s part: only who has seen the
 * whole directory knows them.
 */
final class Exclusions {
  static final String CONTROL_FILE = "global/pg_control";
  static final String TEMPORARY_PREFIX = "pgsql_tmp";

  private static final String TABLESPACES = "pg_tblspc/";
  private static final String SOCKET_PREFIX = ".s.PGSQL.";
  private static final String RELATION_CACHE_PREFIX = "pg_internal.init";

  /** Left out in every directory. */
  private static final Set<String> FILES =
      Set.of(
          "postmaster.pid",
          "postmaster.opts",
          "postgresql.auto.conf.tmp",
          "current_logfiles.tmp",
          "backup_label",
          "backup_label.old",
          "tablespace_map",
          "tablespace_map.old",
          "backup_manifest");

  /** Kept as empty directories; the server fills or empties them when it starts. */
  private static final List<String> EMPTIED =
      List.of(
          "pg_wal",
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  /** What becomes of an entry of the data directory. */
  enum Verdict {
    /** It belongs to the backup; a directory's entries are looked at. */
    TAKE,
    /** A directory that is made again without what is in it. */
    EMPTY_DIRECTORY,
    LEAVE
  }

  private final Set<String> emptied;
  private final List<String> made;
  private final String tablespaceDirectory;

  /**
   * For one server.
   *
   * @param tablespaceDirectory this version's directory in each tablespace
   * @param major PostgreSQL's major version
   * @param tablespacesInside where tablespaces lie that were made inside the data directory by an
   *     absolute path, relative to it: they are read through {@code pg_tblspc} and not twice
   */
  Exclusions(String tablespaceDirectory, int major, Collection<String> tablespacesInside) {
    this.tablespaceDirectory = tablespaceDirectory;
    this.emptied = new LinkedHashSet<>(EMPTIED);
    this.emptied.addAll(new TreeSet<>(tablespacesInside));
    this.made =
        major >= 17
            ? List.of("pg_wal/archive_status", "pg_wal/summaries")
            : List.of("pg_wal/archive_status");
  }

  static Exclusions of(ServerFacts facts) {
    List<String> inside =
        facts.tablespaces().stream()
            .map(Tablespace::location)
            .filter(facts::isInDataDirectory)
            .map(location -> location.substring(facts.dataDirectory().length()))
            .map(location -> location.replaceAll("^/+|/+$", ""))
            .toList();
    return new Exclusions(facts.tablespaceDirectory(), facts.major(), inside);
  }

  /** Directories whose contents are left out, relative to the data directory. */
  Set<String> emptied() {
    return emptied;
  }

  /** Directories inside emptied ones that the server wants to find. */
  List<String> made() {
    return made;
  }

  /** The directory in each tablespace that is this version's. */
  String tablespaceDirectory() {
    return tablespaceDirectory;
  }

  /**
   * What becomes of an entry.
   *
   * @param path relative to the data directory, parts joined by {@code /}
   */
  Verdict of(String path, boolean directory) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.startsWith(TEMPORARY_PREFIX) || isForeignInTablespace(path)) {
      return Verdict.LEAVE;
    }
    if (directory) {
      return emptied.contains(path) ? Verdict.EMPTY_DIRECTORY : Verdict.TAKE;
    }
    boolean left =
        FILES.contains(name)
            || name.startsWith(RELATION_CACHE_PREFIX)
            || path.startsWith(SOCKET_PREFIX)
            || path.equals(CONTROL_FILE)
            || RelationPath.parse(path).filter(RelationPath::isTemporary).isPresent();
    return left ? Verdict.LEAVE : Verdict.TAKE;
  }

  /** A tablespace's own directory may hold those of other versions, and anything else. */
  private boolean isForeignInTablespace(String path) {
    if (!path.startsWith(TABLESPACES)) {
      return false;
    }
    int inside = path.indexOf('/', TABLESPACES.length());
    if (inside < 0) {
      return false;
    }
    int end = path.indexOf('/', inside + 1);
    String top = path.substring(inside + 1, end < 0 ? path.length() : end);
    return !top.equals(tablespaceDirectory);
  }
}
