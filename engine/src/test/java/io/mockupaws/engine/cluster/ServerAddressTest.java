package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  private static final Map<String, String> NOTHING = Map.of();

  private static ServerAddress parse(String url) {
    return ServerAddress.parse(url, NOTHING);
  }

  private static Optional<String> property(ServerAddress address, String name) {
    return Optional.ofNullable(address.driverProperties().getProperty(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://app:pw@db:6000/shop                    | postgresql://app@db:6000/shop
          postgres://app:pw@db/shop                           | postgresql://app@db:5432/shop
          postgresql+psycopg2://app:pw@db/shop                | postgresql://app@db:5432/shop
          postgresql+asyncpg://app:pw@db/shop?ssl=require     | postgresql://app@db:5432/shop
          postgresql://app@db                                 | postgresql://app@db:5432/app
          postgresql://app@/shop?host=db&port=7               | postgresql://app@db:7/shop
          postgresql:///shop?user=app                         | postgresql://app@localhost:5432/shop
          postgresql://app@[2001:db8::1]:6000/shop            | postgresql://app@[2001:db8::1]:6000/shop
          postgresql://app@a:1,b,c:3/shop                     | postgresql://app@a:1,b:5432,c:3/shop
          postgresql://app@/shop?host=a,b&port=9              | postgresql://app@a:9,b:9/shop
          postgresql://app@%2Frun%2Fpg:6/shop                 | postgresql://app@/run/pg:6/shop
          postgresql://a%20b:p%40w@db/sh%2Fop                 | postgresql://a b@db:5432/sh/op
          """)
  void readsWhatLibpqReads(String url, String shown) {
    assertThat(parse(url)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql://app:secret@db/shop",
        "jdbc:postgresql://app:secret@db/shop",
        "host=db user=app password=secret",
        "postgresql://app:secret@x@db/shop",
        "postgresql://app:secret/x@db/shop",
        "postgresql://app:secret?x@db/shop",
        "postgresql://app:secret#x@db/shop",
        "postgresql://app:secret%zz@db/shop",
        "postgresql://app:secret%0@db/shop",
        "postgresql://app:secret%00@db/shop",
        "postgresql://app:secret%ff@db/shop",
        "postgresql://app:secret@db:port/shop",
        "postgresql://app:secret@db:0/shop",
        "postgresql://app:secret@db:65536/shop",
        "postgresql://app:secret@[::1/shop",
        "postgresql://app:secret@db/shop?sslmod=require",
        "postgresql://app:secret@db/shop?sslmode=full",
        "postgresql://app:secret@db/shop?sslmode",
        "postgresql://app:secret@db/shop?connect_timeout=soon",
        "postgresql://app:secret@db/shop?target_session_attrs=leader",
        "postgresql://app:secret@a,b/shop?port=1,2,3",
        "postgresql://app:secret@/shop?host=/run/pg,db",
        "postgresql://app:secret@db/shop?service=prod",
        "postgresql://app:secret@db/shop?replication=true",
      })
  void refusesTheRestWithoutShowingThePassword(String url) {
    assertThatThrownBy(() -> parse(url))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.BAD_ADDRESS);
              assertThat(failure.what() + failure.nextStep()).doesNotContain("secret");
            });
  }

  @Property(tries = 500)
  void anyEscapedPasswordComesThroughAndIsNeverShown(@ForAll String random) {
    String word = "pw!" + random.replace("\0", "");
    Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(word));
    String escaped = URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    ServerAddress address = parse("postgresql://app:" + escaped + "@db/shop");
    assertThat(address.password()).contains(word);
    assertThat(property(address, "password")).contains(word);
    assertThat(address.toString()).doesNotContain(word);
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-full, sslmode, verify-full",
    "ssl=true, sslmode, require",
    "sslmode=disable, sslmode, disable",
    "sslrootcert=/ca.crt, sslrootcert, /ca.crt",
    "sslrootcert=system, sslmode, verify-full",
    "sslcert=/c.crt, sslcert, /c.crt",
    "sslnegotiation=direct, sslNegotiation, direct",
    "connect_timeout=3, connectTimeout, 3",
    "connect_timeout=0, connectTimeout, 0",
    "application_name=x, ApplicationName, x",
    "options=-c%20search_path%3Dx, options, -c search_path=x",
    "target_session_attrs=read-write, targetServerType, primary",
    "target_session_attrs=prefer-standby, targetServerType, preferSecondary",
    "channel_binding=require, channelBinding, require",
    "require_auth=scram-sha-256, requireAuth, scram-sha-256",
  })
  void translatesParameters(String parameter, String property, String value) {
    assertThat(property(parse("postgresql://app@db/shop?" + parameter), property)).contains(value);
  }

  @Test
  void hasDefaultsOfItsOwn() {
    ServerAddress address = parse("postgresql://app@db/shop?pgbouncer=true&schema=public");
    assertThat(property(address, "ApplicationName")).contains("mockupaws");
    assertThat(property(address, "connectTimeout")).contains("10");
    assertThat(property(address, "tcpKeepAlive")).contains("true");
    assertThat(property(address, "sslmode")).isEmpty();
  }

  @Test
  void takesFromTheEnvironmentWhatTheAddressLeavesOut() {
    Map<String, String> environment =
        Map.of(
            "PGHOST",
            "other",
            "PGPORT",
            "6000",
            "PGUSER",
            "nobody",
            "PGPASSWORD",
            "from outside",
            "PGDATABASE",
            "elsewhere",
            "PGSSLMODE",
            "require",
            "PGAPPNAME",
            "");
    ServerAddress silent = ServerAddress.parse("postgresql://", environment);
    assertThat(silent).hasToString("postgresql://nobody@other:6000/elsewhere");
    assertThat(silent.password()).contains("from outside");
    assertThat(property(silent, "sslmode")).contains("require");
    assertThat(property(silent, "ApplicationName")).contains("mockupaws");

    ServerAddress full =
        ServerAddress.parse("postgresql://app:pw@db:1/shop?sslmode=disable", environment);
    assertThat(full).hasToString("postgresql://app@db:1/shop");
    assertThat(full.password()).contains("pw");
    assertThat(property(full, "sslmode")).contains("disable");
  }

  @Test
  void changesOnlyWhatItIsAskedTo() {
    ServerAddress address =
        parse("postgresql://app:pw@a,b:1/shop?target_session_attrs=primary&application_name=x");
    assertThat(address.withDatabase("other")).hasToString("postgresql://app@a:5432,b:1/other");
    assertThat(address.withDatabase("other").password()).contains("pw");
    ServerAddress one = address.withOnlyHost(new HostPort("b", 1));
    assertThat(one).hasToString("postgresql://app@b:1/shop");
    assertThat(property(one, "targetServerType")).isEmpty();
    assertThat(property(address.withApplicationName("y"), "ApplicationName")).contains("y");
  }

  @Test
  void reachesASocketWithoutTls() {
    ServerAddress address =
        ServerAddress.parse(
            "postgresql:///shop?host=/var/run/postgresql&port=6000&user=app&sslmode=require",
            NOTHING);
    assertThat(property(address, "socketFactoryArg")).contains("/var/run/postgresql/.s.PGSQL.6000");
    assertThat(property(address, "sslmode")).contains("disable");
  }

  @Test
  void findsThePasswordInThePasswordFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("pgpass");
    Files.writeString(
        file,
        """
        # host:port:database:user:password
        db:5432:other:app:wrong database
        db:*:shop:somebody:wrong user
        d\\:b:5432:shop:app:a colon\\: in it
        *:5432:*:app:by wildcard
        localhost:*:*:app:socket
        """);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> environment = Map.of("PGPASSFILE", file.toString());
    assertThat(ServerAddress.parse("postgresql://app@db/shop", environment).password())
        .contains("by wildcard");
    assertThat(ServerAddress.parse("postgresql://app@d%3Ab/shop", environment).password())
        .contains("a colon: in it");
    assertThat(ServerAddress.parse("postgresql://app@%2Frun%2Fpg:6/shop", environment).password())
        .contains("socket");
    assertThat(ServerAddress.parse("postgresql://app@db:6/shop", environment).password()).isEmpty();
    assertThat(ServerAddress.parse("postgresql://app:own@db/shop", environment).password())
        .contains("own");
  }

  @Test
  void refusesAPasswordFileThatOthersMayRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("pgpass");
    Files.writeString(file, "*:*:*:*:secret\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> parse("postgresql://app@db/shop?passfile=" + file))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION);
              assertThat(failure.what() + failure.nextStep()).doesNotContain("secret");
            });
  }
}
