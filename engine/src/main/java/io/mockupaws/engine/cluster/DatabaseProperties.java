package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a database is beside its content; a dump of one database does not carry it.
 *
 * @param provider of the locale: {@code c} libc, {@code i} ICU, {@code b} builtin
 * @param locale of that provider, where it has one of its own
 * @param grants of the database itself; empty: what is usual
 */
public record DatabaseProperties(
    String owner,
    String encoding,
    String provider,
    String collate,
    String ctype,
    Optional<String> locale,
    Optional<String> rules,
    String tablespace,
    int connectionLimit,
    Optional<String> comment,
    Optional<List<Grant>> grants,
    List<Setting> settings) {

  /** A right on the database; the grantee is empty for PUBLIC. */
  public record Grant(Optional<String> grantee, String privilege, boolean grantable) {}

  /** A setting of the database, or of one role in it. */
  public record Setting(Optional<String> role, String name, String value) {}

  /** Columns that came with 16 and 17 are read as JSON: what a version lacks is null. */
  private static final String READ =
      """
      SELECT pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding),
             coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'), d.datcollate, d.datctype,
             coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
             to_jsonb(d) ->> 'daticurules',
             (SELECT spcname FROM pg_tablespace WHERE oid = d.dattablespace), d.datconnlimit,
             shobj_description(d.oid, 'pg_database'), d.datacl IS NOT NULL
        FROM pg_database d WHERE d.datname = ?
      """;

  private static final String GRANTS =
      """
      SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END,
             a.privilege_type, a.is_grantable
        FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = ? ORDER BY 1, 2
      """;

  private static final String SETTINGS =
      """
      SELECT CASE s.setrole WHEN 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END,
             split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
        FROM pg_db_role_setting s, unnest(s.setconfig) c
       WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = ?) ORDER BY 1, 2
      """;

  public DatabaseProperties {
    settings = List.copyOf(settings);
  }

  /**
   * Reads them.
   *
   * @throws Failure USAGE when there is no such database
   */
  public static DatabaseProperties of(ServerSession session, String name) {
    String doing = "reading the database's properties";
    List<Grant> grants =
        session.query(
            doing,
            GRANTS,
            row ->
                new Grant(
                    Optional.ofNullable(row.getString(1)), row.getString(2), row.getBoolean(3)),
            name);
    List<Setting> settings =
        session.query(
            doing,
            SETTINGS,
            row ->
                new Setting(
                    Optional.ofNullable(row.getString(1)), row.getString(2), row.getString(3)),
            name);
    return session
        .query(
            doing,
            READ,
            row ->
                new DatabaseProperties(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    Optional.ofNullable(row.getString(6)),
                    Optional.ofNullable(row.getString(7)),
                    row.getString(8),
                    row.getInt(9),
                    Optional.ofNullable(row.getString(10)),
                    row.getBoolean(11) ? Optional.of(grants) : Optional.empty(),
                    settings),
            name)
        .stream()
        .findFirst()
        .orElseThrow(() -> unknown(session, name));
  }

  private static Failure unknown(ServerSession session, String name) {
    List<String> known =
        session.query(
            "listing the databases",
            "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1",
            row -> row.getString(1));
    return new Failure(
        ErrorCode.USAGE,
        "the cluster has no database "
            + name
            + " at that moment; it has "
            + String.join(", ", known),
        "name one of them: --database NAME");
  }

  /** As JSON, to be kept beside a dump. */
  public String json() {
    return JsonMapper.shared().writeValueAsString(this);
  }

  /** The way back from {@link #json()}. */
  public static DatabaseProperties ofJson(String json) {
    return JsonMapper.shared().readValue(json, DatabaseProperties.class);
  }

  /**
   * The statement that makes an empty database like it.
   *
   * @param owned whether it gets the same owner
   * @param placed whether it gets the same tablespace
   */
  public String create(String name, boolean owned, boolean placed) {
    StringBuilder sql =
        new StringBuilder("CREATE DATABASE " + Sql.identifier(name) + " TEMPLATE template0");
    if (owned) {
      sql.append(" OWNER ").append(Sql.identifier(owner));
    }
    sql.append(" ENCODING ").append(Sql.literal(encoding));
    sql.append(" LC_COLLATE ").append(Sql.literal(collate));
    sql.append(" LC_CTYPE ").append(Sql.literal(ctype));
    if (provider.equals("i")) {
      sql.append(" LOCALE_PROVIDER icu");
      locale.ifPresent(l -> sql.append(" ICU_LOCALE ").append(Sql.literal(l)));
      rules.ifPresent(r -> sql.append(" ICU_RULES ").append(Sql.literal(r)));
    } else if (provider.equals("b")) {
      sql.append(" LOCALE_PROVIDER builtin");
      locale.ifPresent(l -> sql.append(" BUILTIN_LOCALE ").append(Sql.literal(l)));
    } else {
      sql.append(" LOCALE_PROVIDER libc");
    }
    if (placed && !tablespace.equals("pg_default")) {
      sql.append(" TABLESPACE ").append(Sql.identifier(tablespace));
    }
    return sql.append(" CONNECTION LIMIT ").append(connectionLimit).toString();
  }

  /**
   * An existing database of another encoding would take text as bytes, or not at all.
   *
   * @throws Failure DATABASE_UNFIT
   */
  public void requireEncodingOf(DatabaseProperties there) {
    if (!encoding.equals(there.encoding())) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          "the destination's encoding is " + there.encoding() + ", the source's " + encoding,
          "create the destination with that encoding, or let --replace or --disposable make it");
    }
  }

  /** How an existing database differs in what cannot be changed; in words. */
  public List<String> differencesOf(DatabaseProperties other) {
    List<String> differences = new ArrayList<>();
    if (!describe().equals(other.describe())) {
      differences.add(
          "the destination's locale is "
              + other.describe()
              + ", the source's "
              + describe()
              + ": text may sort otherwise");
    }
    return differences;
  }

  private String describe() {
    return collate + "/" + ctype + locale.map(l -> " " + l).orElse("") + " (" + provider + ")";
  }
}
