package io.mockupaws.engine.backup;

import io.mockupaws.engine.cluster.Sql;
import java.util.List;
import java.util.stream.Collectors;

/** The SQL by which the server lists and reads its files. */
final class FileQuery {
  /** Bytes a row of {@link #read} has at most: what the driver holds in memory at once. */
  static final int ROW_BYTES = 256 << 10;

  private FileQuery() {}

  /**
   * Everything below the data directory, with size and times as {@code stat} tells them. Files and
   * directories that vanish on the way give no row; a server that knows no time of the last change
   * of status may have changed the file right now.
   *
   * <p>What {@link Exclusions} leaves out is left out here only where it would cost: below
   * directories. One of {@code tree} is entered before its entries are asked for, since the
   * condition on it is the scan's.
   */
  static String list(Exclusions exclusions) {
    String emptied =
        exclusions.emptied().stream().map(Sql::literal).collect(Collectors.joining(", "));
    return "WITH RECURSIVE tree (path, size, modified, changed, isdir) AS ("
        + "SELECT e.name, s.size, s.modification, s.change, s.isdir"
        + " FROM pg_ls_dir('.', true, false) AS e (name),"
        + " LATERAL pg_stat_file(e.name, true) AS s"
        + " WHERE s.isdir IS NOT NULL"
        + " UNION ALL "
        + "SELECT t.path || '/' || e.name, s.size, s.modification, s.change, s.isdir"
        + " FROM tree t, LATERAL pg_ls_dir(t.path, true, false) AS e (name),"
        + " LATERAL pg_stat_file(t.path || '/' || e.name, true) AS s"
        + " WHERE t.isdir AND t.path NOT IN ("
        + emptied
        + ") AND t.path !~ '(^|/)pgsql_tmp[^/]*$'"
        + " AND (t.path !~ '^pg_tblspc/[^/]+/' OR t.path ~ '^pg_tblspc/[^/]+/"
        + exclusions.tablespaceDirectory()
        + "(/|$)') AND s.isdir IS NOT NULL)"
        + " SELECT path, size, floor(extract(epoch FROM modified) * 1000)::bigint,"
        + " floor(extract(epoch FROM coalesce(changed, clock_timestamp())))::bigint, isdir"
        + " FROM tree";
  }

  /**
   * The bytes of pieces: a row for each {@link #ROW_BYTES} of each piece, in order, with the
   * piece's number. NULL where the file is not there.
   */
  static String read(List<Piece> pieces) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int done = 0;
      do {
        int length = Math.min(ROW_BYTES, piece.length() - done);
        rows.append(rows.isEmpty() ? "" : ", ")
            .append(String.format("(%d, %s, ", i, Sql.literal(piece.path())))
            .append(String.format("%d::bigint, %d::bigint)", piece.offset() + done, length));
        done += length;
      } while (done < piece.length());
    }
    return "COPY (SELECT n, pg_read_binary_file(path, start, length, true) FROM (VALUES "
        + rows
        + ") AS piece (n, path, start, length)) TO STDOUT (FORMAT binary)";
  }
}
