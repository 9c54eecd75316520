package io.mockupaws.engine.database;

import java.util.ArrayList;
import java.util.List;

/** Queries that tell a database's own objects, each row a line of text without object ids. */
final class CatalogueQueries {
  /**
   * Tables with rows that a dump carries, and their columns in the order of their names. Rows of
   * materialized views are not carried: they are made anew, and may be newer.
   */
  static final String TABLES =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
             coalesce((SELECT string_agg('x.' || quote_ident(a.attname), ', '
                                         ORDER BY a.attname COLLATE "C")
                         FROM pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r'
         AND c.relpersistence <> 't' AND %s AND %s
       ORDER BY 1
      """
          .formatted(ofUser("n"), ownObject("pg_class", "c.oid"));

  private static final String RELATION_OWNER = "pg_get_userbyid(c.relowner)";

  private CatalogueQueries() {}

  static List<String> all(Omissions omissions) {
    boolean privileges = !omissions.privileges() && !omissions.owners();
    List<String> common =
        List.of(
            relations(omissions.owners() ? "''" : RELATION_OWNER),
            COLUMNS,
            INDEXES,
            CONSTRAINTS,
            TRIGGERS,
            FUNCTIONS,
            TYPES,
            SEQUENCES,
            POLICIES,
            COMMENTS,
            OTHERS,
            LARGE_OBJECTS);
    if (!privileges) {
      return common;
    }
    List<String> all = new ArrayList<>(common);
    all.add(ACLS);
    all.add(DEFAULT_PRIVILEGES);
    return all;
  }

  private static String relations(String owner) {
    return line(
        "'relation', n.nspname, c.relname, c.relkind, c.relpersistence, c.relispopulated, " + owner,
        """
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relpersistence <> 't'
          AND %s AND %s
        """
            .formatted(ofUser("n"), ownObject("pg_class", "c.oid")));
  }

  private static final String COLUMNS =
      line(
          "'column', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),"
              + " a.attnotnull, a.attidentity, a.attgenerated, a.atthasdef",
          """
           FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relpersistence <> 't'
            AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_class", "c.oid")));

  /** A dump leaves invalid ones out. */
  private static final String INDEXES =
      line(
          "'index', n.nspname, c.relname, t.relname, i.indisunique, i.indisprimary,"
              + " i.indisclustered, i.indisreplident, i.indnatts, m.amname",
          """
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           JOIN pg_class t ON t.oid = i.indrelid
           JOIN pg_am m ON m.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE i.indisvalid AND t.relpersistence <> 't' AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_class", "t.oid")));

  /** Those of partitions follow from their parents', with names of their own. */
  private static final String CONSTRAINTS =
      line(
          "'constraint', n.nspname, k.conrelid::regclass, k.contypid::regtype, k.conname,"
              + " k.contype, k.convalidated, k.condeferrable, k.confrelid::regclass",
          """
           FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
          WHERE k.conparentid = 0 AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND %s AND %s
            AND NOT EXISTS (SELECT FROM pg_class WHERE oid = k.conrelid AND relpersistence = 't')
          """
              .formatted(ofUser("n"), ownObject("pg_class", "k.conrelid")));

  private static final String TRIGGERS =
      line(
          "'trigger', n.nspname, c.relname, t.tgname, t.tgenabled, t.tgtype",
          """
           FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND %s
          """
              .formatted(ofUser("n")));

  private static final String FUNCTIONS =
      line(
          "'function', p.oid::regprocedure, p.prokind, md5(p.prosrc), p.prosecdef, p.provolatile",
          """
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_proc", "p.oid")));

  private static final String TYPES =
      line(
          "'type', n.nspname, t.typname, t.typtype, (SELECT string_agg(e.enumlabel, ','"
              + " ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)",
          """
           FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE t.typtype IN ('e', 'd', 'r') AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_type", "t.oid")));

  private static final String SEQUENCES =
      line(
          "'sequence', n.nspname, c.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,"
              + " s.seqcache, s.seqcycle, pg_sequence_last_value(c.oid)",
          """
           FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relpersistence = 'p' AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_class", "c.oid")));

  private static final String POLICIES =
      line(
          "'policy', n.nspname, c.relname, p.polname, p.polcmd, p.polpermissive,"
              + " c.relrowsecurity, c.relforcerowsecurity",
          """
          FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE %s
          """
              .formatted(ofUser("n")));

  private static final String COMMENTS =
      line(
          "'comment', n.nspname, c.relname, d.objsubid, md5(d.description)",
          """
           FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
           JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE d.classoid = 'pg_class'::regclass AND c.relpersistence <> 't' AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_class", "c.oid")));

  private static final String OTHERS =
      String.join(
          " UNION ALL ",
          line("'extension', e.extname", "FROM pg_extension e"),
          line("'schema', n.nspname", "FROM pg_namespace n WHERE " + ofUser("n")),
          line("'event trigger', evtname, evtenabled", "FROM pg_event_trigger"),
          line("'publication', pubname, puballtables", "FROM pg_publication"),
          line("'server', srvname", "FROM pg_foreign_server"),
          line("'statistics', stxname", "FROM pg_statistic_ext"));

  /** What is granted by default is written out: a dump drops a grant that says nothing else. */
  private static final String ACLS =
      line(
          "'privilege', n.nspname, c.relname,"
              + " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,"
              + " a.privilege_type, a.is_grantable",
          """
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                aclexplode(coalesce(c.relacl, acldefault(
                  CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
          WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
            AND %s AND %s
          """
              .formatted(ofUser("n"), ownObject("pg_class", "c.oid")));

  private static final String DEFAULT_PRIVILEGES =
      line(
          "'default privilege', pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype,"
              + " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,"
              + " a.privilege_type, a.is_grantable",
          """
          FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
               aclexplode(d.defaclacl) a
          """);

  /** In pieces of 1 MiB: one may be greater than a value can be. */
  private static final String LARGE_OBJECTS =
      """
      SELECT 'large objects ' || count(DISTINCT m.oid) || ' ' || coalesce(sum(hashtextextended(
               m.oid::text || ' ' || g || ' ' || md5(lo_get(m.oid, g * 1048576, 1048576)),
               0)::numeric), 0)
        FROM (SELECT oid, lo_lseek64(lo_open(oid, 262144), 0, 2) AS bytes
                FROM pg_largeobject_metadata OFFSET 0) m,
             LATERAL generate_series(0::bigint, greatest(m.bytes - 1, 0) / 1048576) g
      """;

  private static String line(String columns, String from) {
    return "SELECT translate(concat_ws(' | ', " + columns + "), E'\\n\\r', '  ') " + from;
  }

  private static String ofUser(String namespace) {
    return namespace + ".nspname !~ '^pg_' AND " + namespace + ".nspname <> 'information_schema'";
  }

  /** Not part of an extension, which brings its own. */
  static String ownObject(String catalogue, String oid) {
    return "NOT EXISTS (SELECT FROM pg_depend WHERE classid = '"
        + catalogue
        + "'::regclass AND objid = "
        + oid
        + " AND deptype = 'e')";
  }
}
