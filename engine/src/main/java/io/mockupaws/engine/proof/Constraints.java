package io.mockupaws.engine.proof;

import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.proof.Finding.Kind;
import io.mockupaws.engine.proof.Finding.State;
import java.util.List;

/**
 * Foreign keys and checks, asked of every row as they were when they were made ({@code
 * RI_Initial_Check}, {@code src/backend/utils/adt/ri_triggers.c}). Unique ones are indexes.
 */
final class Constraints {
  /** Columns of later versions are read as JSON: what an earlier one lacks is null. */
  private static final String ALL =
      """
      SELECT format('%I on %s', c.conname, c.conrelid::regclass), c.convalidated,
             coalesce(to_jsonb(c) ->> 'conperiod', 'false') = 'true',
             CASE c.contype
               WHEN 'c' THEN format('SELECT count(*) FROM %s%s WHERE NOT (%s)',
                 CASE r.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END, c.conrelid::regclass,
                 pg_get_expr(c.conbin, c.conrelid))
               ELSE format('SELECT count(*) FROM %s%s f WHERE (%s) AND NOT EXISTS (SELECT FROM %s%s p WHERE %s)',
                 CASE r.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END, c.conrelid::regclass,
                 (SELECT string_agg(format('f.%I IS NOT NULL', a.attname),
                                    CASE c.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END)
                    FROM unnest(c.conkey) k JOIN pg_attribute a
                      ON a.attrelid = c.conrelid AND a.attnum = k),
                 CASE p.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END, c.confrelid::regclass,
                 (SELECT string_agg(format('p.%I OPERATOR(%I.%s) f.%I', pa.attname, n.nspname,
                                           o.oprname, fa.attname), ' AND ')
                    FROM unnest(c.conkey, c.confkey, c.conpfeqop) AS k (f, p, op)
                    JOIN pg_attribute fa ON fa.attrelid = c.conrelid AND fa.attnum = k.f
                    JOIN pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = k.p
                    JOIN pg_operator o ON o.oid = k.op
                    JOIN pg_namespace n ON n.oid = o.oprnamespace))
             END
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
             LEFT JOIN pg_class p ON p.oid = c.confrelid
       WHERE c.contype IN ('c', 'f') AND c.conparentid = 0 AND r.relkind IN ('r', 'p')
         AND r.relpersistence <> 't' AND NOT (pg_is_in_recovery() AND r.relpersistence = 'u')
       ORDER BY c.oid
      """;

  private final ServerSession session;

  Constraints(ServerSession session) {
    this.session = session;
  }

  private record Constraint(String name, boolean validated, boolean period, String violations) {}

  void look(DataProof proof) {
    List<Constraint> all =
        session.query(
            "listing the constraints",
            ALL,
            row ->
                new Constraint(
                    row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getString(4)));
    for (Constraint one : all) {
      if (!one.validated() || one.period()) {
        proof.begin(Kind.CONSTRAINT, one.name());
        proof.found(
            Kind.CONSTRAINT,
            one.name(),
            State.UNPROVEN,
            one.period()
                ? "it is one of periods, which are not looked at"
                : "it is NOT VALID: rows may violate it; ALTER TABLE ... VALIDATE CONSTRAINT");
      } else {
        proof.ask(Kind.CONSTRAINT, one.name(), () -> violations(one));
      }
    }
  }

  private List<String> violations(Constraint one) {
    long rows =
        session.one(
            "asking for rows that violate " + one.name(),
            one.violations().replace("?", "??"),
            row -> row.getLong(1));
    return rows == 0 ? List.of() : List.of(rows + " rows violate it");
  }
}
