package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerFacts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExternalFilesTest {
  private final Map<String, String> files = new TreeMap<>();
  private final Map<String, String> settings = new HashMap<>();

  /** A server's file system. */
  private final class Host implements ConfigurationAccess {
    @Override
    public Answer read(String path) {
      String content = files.get(path);
      if (content == null) {
        return new Missing();
      }
      return content.equals("REFUSED")
          ? new Refused("ask an administrator")
          : new Found(content.getBytes(StandardCharsets.UTF_8), 0640);
    }

    @Override
    public Answer list(String directory) {
      if ("REFUSED".equals(files.get(directory))) {
        return new Refused("ask an administrator");
      }
      return new Listed(
          files.keySet().stream()
              .filter(path -> path.startsWith(directory + "/"))
              .map(path -> path.substring(directory.length() + 1))
              .filter(name -> name.indexOf('/') < 0)
              .toList());
    }
  }

  private ExternalFiles.External find() {
    ServerFacts facts =
        new ServerFacts(
            160004,
            1,
            new Timeline(1),
            16 << 20,
            8192,
            131072,
            202307071,
            "/data",
            0700,
            true,
            false,
            "UTF8",
            "UTC",
            Instant.EPOCH,
            settings,
            List.of());
    return ExternalFiles.find(facts, new Host());
  }

  private void debian() {
    settings.put("config_file", "/etc/pg/postgresql.conf");
    settings.put("hba_file", "/etc/pg/pg_hba.conf");
    settings.put("ident_file", "/etc/pg/pg_ident.conf");
    files.put("/etc/pg/postgresql.conf", "include_dir 'conf.d'\ninclude '/srv/common.conf'\n");
    files.put("/etc/pg/pg_hba.conf", "host @names all samehost trust\n");
    files.put("/etc/pg/pg_ident.conf", "");
  }

  @Test
  void takesTheMainFilesAndWhatTheyInclude() {
    debian();
    files.put("/etc/pg/conf.d/b.conf", "include '../deeper.conf'\n");
    files.put("/etc/pg/conf.d/a.conf", "");
    files.put("/etc/pg/conf.d/.hidden.conf", "");
    files.put("/etc/pg/conf.d/readme", "");
    files.put("/etc/pg/deeper.conf", "include_if_exists 'not there'\n");
    files.put("/srv/common.conf", "include 'common.conf'\n");
    files.put("/etc/pg/names", "shop\n");
    files.put("/etc/pg/start.conf", "auto\n");
    ExternalFiles.External found = find();
    assertThat(found.files().keySet())
        .containsExactlyInAnyOrder(
            "/etc/pg/postgresql.conf",
            "/etc/pg/pg_hba.conf",
            "/etc/pg/pg_ident.conf",
            "/etc/pg/conf.d/a.conf",
            "/etc/pg/conf.d/b.conf",
            "/etc/pg/deeper.conf",
            "/srv/common.conf",
            "/etc/pg/names",
            "/etc/pg/start.conf");
    assertThat(found.warnings()).isEmpty();
    assertThat(found.files())
        .hasEntrySatisfying("/etc/pg/names", file -> assertThat(file.mode()).isEqualTo(0640));
  }

  @Test
  void followsWhatFilesInsideTheDataDirectoryInclude() {
    settings.put("config_file", "/data/postgresql.conf");
    settings.put("hba_file", "/data/pg_hba.conf");
    settings.put("ident_file", "/data/pg_ident.conf");
    files.put("/data/postgresql.conf", "include 'inside.conf'\ninclude '/etc/outside.conf'\n");
    files.put("/data/inside.conf", "include '/etc/further.conf'\n");
    files.put("/data/pg_hba.conf", "");
    files.put("/data/pg_ident.conf", "");
    files.put("/etc/outside.conf", "");
    files.put("/etc/further.conf", "");
    assertThat(find().files().keySet())
        .containsExactlyInAnyOrder("/etc/outside.conf", "/etc/further.conf");
  }

  @Test
  void takesCertificatesAndKeysThatLieOutside() {
    settings.put("ssl", "on");
    settings.put("ssl_cert_file", "/etc/ssl/server.crt");
    settings.put("ssl_key_file", "server.key");
    settings.put("ssl_ca_file", "");
    settings.put("ssl_crl_dir", "/etc/ssl/crl");
    settings.put("ssl_crl_file", "/etc/ssl/gone.crl");
    settings.put("krb_server_keyfile", "FILE:/etc/krb5.keytab");
    files.put("/etc/ssl/server.crt", "c");
    files.put("/data/server.key", "k");
    files.put("/etc/ssl/crl/one", "1");
    files.put("/etc/krb5.keytab", "t");
    ExternalFiles.External found = find();
    assertThat(found.files().keySet())
        .containsExactlyInAnyOrder("/etc/ssl/server.crt", "/etc/ssl/crl/one", "/etc/krb5.keytab");
    assertThat(found.warnings())
        .containsExactly("the backup lacks /etc/ssl/gone.crl: it is not there");
  }

  @Test
  void saysWhatItMayNotRead() {
    debian();
    files.put("/etc/pg/postgresql.conf", "REFUSED");
    files.put("/etc/pg/names", "REFUSED");
    assertThat(find().warnings())
        .containsExactly(
            "the backup lacks /etc/pg/postgresql.conf: ask an administrator",
            "the backup lacks /etc/pg/names: ask an administrator");
  }

  @Test
  void saysWhichDirectoryItMayNotList() {
    debian();
    files.put("/etc/pg/postgresql.conf", "include_dir 'conf.d'\n");
    files.put("/etc/pg/pg_hba.conf", "");
    files.put("/etc/pg/conf.d", "REFUSED");
    assertThat(find().warnings())
        .containsExactly("the backup lacks /etc/pg/conf.d: ask an administrator");
  }

  @Test
  void findsNothingWhereEverythingLiesInside() {
    settings.put("config_file", "/data/postgresql.conf");
    settings.put("ssl_cert_file", "server.crt");
    files.put("/data/postgresql.conf", "port = 1\n");
    assertThat(find().files()).isEmpty();
    assertThat(find().warnings()).isEmpty();
  }
}
