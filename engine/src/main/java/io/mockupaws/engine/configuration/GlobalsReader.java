package io.mockupaws.engine.configuration;

import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads roles and tablespaces as SQL, as {@code pg_dumpall --globals-only} gives them ({@code
 * src/bin/pg_dump/pg_dumpall.c}), and what is set for databases besides. PostgreSQL's own roles and
 * tablespaces are left out.
 */
final class GlobalsReader {
  /** Settings whose stored value is a list of quoted names ({@code variable_is_guc_list_quote}). */
  private static final Set<String> LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private static final String MAY_READ = "SELECT has_table_privilege('pg_authid', 'SELECT')";

  /**
   * The catalogue takes the place of {@code %s}, and a password's hash or NULL that of the other.
   */
  private static final String ROLES =
      """
      SELECT format('CREATE ROLE %%1$I;%%2$sALTER ROLE %%1$I WITH', rolname, E'\\n')
             || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE ' NOSUPERUSER' END
             || CASE WHEN rolinherit THEN ' INHERIT' ELSE ' NOINHERIT' END
             || CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE ' NOCREATEROLE' END
             || CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE ' NOCREATEDB' END
             || CASE WHEN rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END
             || CASE WHEN rolreplication THEN ' REPLICATION' ELSE ' NOREPLICATION' END
             || CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE ' NOBYPASSRLS' END
             || CASE WHEN rolconnlimit <> -1 THEN ' CONNECTION LIMIT ' || rolconnlimit ELSE '' END
             || coalesce(' PASSWORD ' || quote_literal(%s), '')
             || CASE WHEN rolvaliduntil IS NULL THEN ''
                     WHEN isfinite(rolvaliduntil) THEN ' VALID UNTIL ' || quote_literal(
                       to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00'))
                     ELSE ' VALID UNTIL ' || quote_literal(rolvaliduntil::text) END
             || ';'
             || coalesce(E'\\nCOMMENT ON ROLE ' || quote_ident(rolname) || ' IS '
                         || quote_literal(shobj_description(oid, 'pg_authid')) || ';', '')
             || coalesce((SELECT string_agg(
                  format(E'\\nSECURITY LABEL FOR %%I ON ROLE %%I IS %%L;', provider, rolname, label),
                  '' ORDER BY provider)
                  FROM pg_shseclabel
                 WHERE classoid = 'pg_authid'::regclass AND objoid = r.oid), '')
        FROM %s r WHERE rolname !~ '^pg_' ORDER BY rolname COLLATE "C"
      """;

  private static final String SETTINGS =
      """
      SELECT (CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ROLE ALL'
                   WHEN s.setrole = 0 THEN format('DATABASE %I', d.datname)
                   ELSE format('ROLE %I', pg_get_userbyid(s.setrole))
                        || coalesce(' IN DATABASE ' || quote_ident(d.datname), '') END) COLLATE "C",
             split_part(c, '=', 1) COLLATE "C", substr(c, strpos(c, '=') + 1)
        FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase,
             unnest(s.setconfig) c ORDER BY 1, 2
      """;

  /** Columns that came with 16 are read as JSON: what 15 lacks is null. */
  private static final String MEMBERS =
      """
      SELECT m.roleid::bigint, m.member::bigint, m.grantor::bigint, m.admin_option,
             format('GRANT %I TO %I', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member)),
             to_jsonb(m) ->> 'inherit_option', to_jsonb(m) ->> 'set_option',
             coalesce(quote_ident(g.rolname), '')
        FROM pg_auth_members m LEFT JOIN pg_roles g ON g.oid = m.grantor
       WHERE NOT (pg_get_userbyid(m.roleid) ~ '^pg_' AND pg_get_userbyid(m.member) ~ '^pg_')
       ORDER BY pg_get_userbyid(m.roleid) COLLATE "C", pg_get_userbyid(m.member) COLLATE "C", 8
      """;

  private static final String PARAMETERS =
      """
      SELECT format('GRANT %s ON PARAMETER %s TO %s%s;', a.privilege_type, p.parname,
                    CASE a.grantee WHEN 0 THEN 'PUBLIC'
                         ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_parameter_acl p, aclexplode(p.paracl) a WHERE a.grantee <> 10
       ORDER BY 1
      """;

  private static final String TABLESPACES =
      """
      SELECT format('CREATE TABLESPACE %I OWNER %I LOCATION %L;', t.spcname,
                    pg_get_userbyid(t.spcowner),
                    CASE WHEN pg_tablespace_location(t.oid) LIKE 'pg_tblspc/%' THEN ''
                         ELSE pg_tablespace_location(t.oid) END)
             || coalesce(E'\\nALTER TABLESPACE ' || quote_ident(t.spcname) || ' SET ('
                         || array_to_string(t.spcoptions, ', ') || ');', '')
             || coalesce(CASE WHEN t.spcacl IS NOT NULL THEN (SELECT string_agg(
                  format(E'\\nGRANT %s ON TABLESPACE %I TO %s%s;', a.privilege_type, t.spcname,
                         CASE a.grantee WHEN 0 THEN 'PUBLIC'
                              ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                         CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END),
                  '' ORDER BY a.grantee, a.privilege_type)
                  FROM aclexplode(t.spcacl) a WHERE a.grantee <> t.spcowner) END, '')
             || coalesce(E'\\nCOMMENT ON TABLESPACE ' || quote_ident(t.spcname) || ' IS '
                         || quote_literal(shobj_description(t.oid, 'pg_tablespace')) || ';', '')
        FROM pg_tablespace t WHERE t.spcname !~ '^pg_' ORDER BY t.spcname COLLATE "C"
      """;

  private final ServerSession session;

  GlobalsReader(ServerSession session) {
    this.session = session;
  }

  Globals read() {
    boolean passwords = session.one("looking at its rights", MAY_READ, row -> row.getBoolean(1));
    List<String> roles =
        lines(
            "reading the roles",
            passwords
                ? ROLES.formatted("rolpassword", "pg_authid")
                : ROLES.formatted("NULL::text", "pg_roles"));
    List<String> tablespaces = lines("reading the tablespaces", TABLESPACES);
    List<String> all = new ArrayList<>(roles);
    all.addAll(members());
    // what is granted on tablespaces and set for them needs the roles, and these nothing of them
    all.addAll(tablespaces);
    all.addAll(lines("reading rights on parameters", PARAMETERS));
    all.addAll(settings());
    String sql = all.isEmpty() ? "" : String.join("\n", all) + "\n";
    return new Globals(sql, roles.size(), tablespaces.size(), passwords);
  }

  private List<String> lines(String doing, String query) {
    return session.query(doing, query, row -> row.getString(1));
  }

  private List<String> settings() {
    return session.query(
        "reading what is set for roles and databases",
        SETTINGS,
        row -> {
          String name = row.getString(2);
          String value = row.getString(3);
          return "ALTER "
              + row.getString(1)
              + " SET "
              + quotedName(name)
              + " TO "
              + (LISTS.contains(name) ? list(value) : Sql.literal(value).strip())
              + ";";
        });
  }

  /** Names of extensions' settings have a dot. */
  private static String quotedName(String name) {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("\\.", -1)) {
      parts.add(part.matches("[a-z_][a-z0-9_$]*") ? part : Sql.identifier(part));
    }
    return String.join(".", parts);
  }

  /** A list of names, bare or in double quotes, as literals. */
  static String list(String value) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' && quoted && i + 1 < value.length() && value.charAt(i + 1) == '"') {
        name.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        names.add(Sql.literal(name.toString()).strip());
        name.setLength(0);
      } else if (quoted || !Character.isWhitespace(c)) {
        name.append(c);
      }
    }
    names.add(Sql.literal(name.toString()).strip());
    return String.join(", ", names);
  }

  private record Membership(long role, long member, long grantor, boolean admin, String grant) {}

  /** A grantor's right comes before what was granted by it. */
  private List<String> members() {
    List<Membership> left =
        new ArrayList<>(
            session.query(
                "reading who is a member of what",
                MEMBERS,
                row -> {
                  String inherit = row.getString(6);
                  String set = row.getString(7);
                  List<String> options = new ArrayList<>();
                  if (row.getBoolean(4)) {
                    options.add(inherit == null ? "ADMIN OPTION" : "ADMIN TRUE");
                  }
                  if (inherit != null) {
                    options.add("INHERIT " + (inherit.equals("true") ? "TRUE" : "FALSE"));
                    options.add("SET " + (String.valueOf(set).equals("true") ? "TRUE" : "FALSE"));
                  }
                  String grantor = row.getString(8);
                  return new Membership(
                      row.getLong(1),
                      row.getLong(2),
                      row.getLong(3),
                      row.getBoolean(4),
                      row.getString(5)
                          + (options.isEmpty() ? "" : " WITH " + String.join(", ", options))
                          + (grantor.isEmpty() ? "" : " GRANTED BY " + grantor)
                          + ";");
                }));
    return inOrder(left);
  }

  private static final long BOOTSTRAP = 10;

  private static List<String> inOrder(List<Membership> left) {
    List<String> grants = new ArrayList<>();
    Set<List<Long>> admins = new HashSet<>();
    boolean went = true;
    while (!left.isEmpty() && went) {
      List<Membership> ready =
          left.stream()
              .filter(
                  one ->
                      one.grantor() == BOOTSTRAP
                          || admins.contains(List.of(one.role(), one.grantor())))
              .toList();
      ready.forEach(one -> grants.add(one.grant()));
      ready.stream()
          .filter(Membership::admin)
          .forEach(one -> admins.add(List.of(one.role(), one.member())));
      left.removeAll(ready);
      went = !ready.isEmpty();
    }
    left.forEach(one -> grants.add(one.grant()));
    return grants;
  }
}
