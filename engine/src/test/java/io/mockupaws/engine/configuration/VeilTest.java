package io.mockupaws.engine.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VeilTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER ROLE a WITH LOGIN PASSWORD 'HIDDEN' VALID UNTIL '2027-01-01';",
        "ALTER ROLE a WITH LOGIN PASSWORD 'HID''DEN';",
        "primary_conninfo = 'user=a password=HIDDEN host=b'",
        "primary_conninfo = 'user=a password=''HIDDEN too'' host=b'",
        "primary_conninfo = 'postgresql://a:HIDDEN@b/c'",
        "host all all all ldap ldapbindpasswd=\"HIDDEN it\" ldapserver=x",
        "host all all all radius radiussecrets=\"HIDDEN\"",
        "ssl_passphrase_command = 'echo HIDDEN'",
        "ssl_passphrase_command 'echo HIDDEN'",
        "archive_command = 'PGPASSWORD=HIDDEN wal-push %p'",
        "ALTER ROLE a SET app.token TO 'HIDDEN';",
        "my.secret = HIDDEN"
      })
  void hides(String line) {
    assertThat(Veil.plain().over(line)).doesNotContain("HID").doesNotContain("DEN");
    assertThat(Veil.plain().over(line)).contains("<secret>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password_encryption = scram-sha-256",
        "host all all 127.0.0.1/32 password",
        "# METHOD can be \"trust\", \"reject\", \"md5\", \"password\", \"scram-sha-256\",",
        "#ssl_passphrase_command_supports_reload = off",
        "archive_command = 'cp %p s3://bucket/wal/%f'",
        "listen_addresses = 'db@home, ::1'"
      })
  void leavesTheRest(String line) {
    assertThat(Veil.plain().over(line)).isEqualTo(line);
  }

  @Test
  void oneSecretHasOneNumber() {
    Veil veil = Veil.numbered();
    String first = veil.over("a password=one b");
    assertThat(veil.over("a password=one b")).isEqualTo(first).isEqualTo("a password=<secret 1> b");
    assertThat(veil.over("a password=two b")).isEqualTo("a password=<secret 2> b");
  }
}
