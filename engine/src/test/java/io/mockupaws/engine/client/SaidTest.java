package io.mockupaws.engine.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What PostgreSQL's programs say, with passwords and rows in it as they put them there. */
class SaidTest {
  private static String words(String text) {
    Said said = new Said();
    text.lines().forEach(said::add);
    return said.words();
  }

  @Test
  void statementsKeepTheirBeginningAlone() {
    assertThat(
            words(
                """
                pg_restore: while PROCESSING TOC:
                pg_restore: from TOC entry 3321; 1418 16400 USER MAPPING USER MAPPING app SERVER s
                pg_restore: error: could not execute query: ERROR:  role "app" does not exist
                Command was: CREATE USER MAPPING FOR app SERVER s OPTIONS (
                    password 's3cret',
                    "user" 'them'
                );


                pg_restore: warning: errors ignored on restore: 1
                """))
        .isEqualTo(
            "pg_restore: while PROCESSING TOC:; pg_restore: from TOC entry 3321; 1418 16400 USER"
                + " MAPPING USER MAPPING app SERVER s; pg_restore: error: could not execute query:"
                + " ERROR:  role \"app\" does not exist; Command was: CREATE USER MAPPING FOR app"
                + " SERVER s OPTIONS …; pg_restore: warning: errors ignored on restore: 1");
  }

  @Test
  void aLongStatementDoesNotDriveTheCauseOut() {
    String body = "  PERFORM 1;\n".repeat(100);
    assertThat(
            words(
                "pg_restore: error: could not execute query: ERROR:  no\nCommand was: CREATE"
                    + " FUNCTION f() RETURNS void AS $$\n"
                    + body
                    + "$$;\n"))
        .startsWith("pg_restore: error: could not execute query: ERROR:  no; ")
        .endsWith("CREATE FUNCTION f …");
  }

  @Test
  void rowsAndValuesAreLeftOut() {
    String words =
        words(
            """
            pg_restore: error: COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_pkey"
            DETAIL:  Key (mail)=(ada@example.org) already exists.
            CONTEXT:  COPY users, line 7
            pg_restore: error: COPY failed for table "users": ERROR:  new row violates check
            DETAIL:  Failing row contains (7, ada@example.org).
            CONTEXT:  COPY users, line 7, column mail: "ada@example.org
            and more of ada"
            pg_restore: error: COPY failed: ERROR:  invalid input syntax for type integer: "ada"
            CONTEXT:  COPY users, line 8: "ada	x"
            pg_restore: error: ERROR:  value "ada" is out of range for type integer
            LINE 1: SELECT 'ada'
                           ^
            HINT:  None.
            """);
    assertThat(words)
        .doesNotContain("ada")
        .contains("Key (mail)= …", "Failing row contains …", "COPY users, line 7, column mail …")
        .contains("invalid input syntax for type integer …", "COPY users, line 8 …");
  }
}
