package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileQueryTest {
  @Test
  void readsPiecesInRowsOfBoundedSize() {
    assertThat(
            FileQuery.read(
                List.of(
                    new Piece("base/5/1", 8192, 300_000),
                    new Piece("o'd\\d", 0, 0),
                    new Piece("base/5/2", 5_000_000_000L, 262_144))))
        .isEqualTo(
            "COPY (SELECT n, pg_read_binary_file(path, start, length, true) FROM (VALUES"
                + " (0, 'base/5/1', 8192::bigint, 262144::bigint),"
                + " (0, 'base/5/1', 270336::bigint, 37856::bigint),"
                + " (1,  E'o''d\\\\d', 0::bigint, 0::bigint),"
                + " (2, 'base/5/2', 5000000000::bigint, 262144::bigint))"
                + " AS piece (n, path, start, length)) TO STDOUT (FORMAT binary)");
  }

  @Test
  void listsWithoutEnteringWhatIsLeftOut() {
    assertThat(
            FileQuery.list(new Exclusions("PG_15_202209061", 15, List.of("spaces/one", "o'ther"))))
        .isEqualTo(
            "WITH RECURSIVE tree (path, size, modified, changed, isdir) AS ("
                + "SELECT e.name, s.size, s.modification, s.change, s.isdir"
                + " FROM pg_ls_dir('.', true, false) AS e (name),"
                + " LATERAL pg_stat_file(e.name, true) AS s"
                + " WHERE s.isdir IS NOT NULL"
                + " UNION ALL "
                + "SELECT t.path || '/' || e.name, s.size, s.modification, s.change, s.isdir"
                + " FROM tree t, LATERAL pg_ls_dir(t.path, true, false) AS e (name),"
                + " LATERAL pg_stat_file(t.path || '/' || e.name, true) AS s"
                + " WHERE t.isdir AND t.path NOT IN ('pg_wal', 'pg_dynshmem', 'pg_notify',"
                + " 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans',"
                + " 'o''ther', 'spaces/one') AND t.path !~ '(^|/)pgsql_tmp[^/]*$'"
                + " AND (t.path !~ '^pg_tblspc/[^/]+/'"
                + " OR t.path ~ '^pg_tblspc/[^/]+/PG_15_202209061(/|$)') AND s.isdir IS NOT NULL)"
                + " SELECT path, size, floor(extract(epoch FROM modified) * 1000)::bigint,"
                + " floor(extract(epoch FROM coalesce(changed, clock_timestamp())))::bigint, isdir"
                + " FROM tree");
  }
}
