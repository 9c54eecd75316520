package io.mockupaws.engine.backup;

import static io.mockupaws.engine.backup.ConfigurationText.Sort.DIRECTORY;
import static io.mockupaws.engine.backup.ConfigurationText.Sort.FILE;
import static io.mockupaws.engine.backup.ConfigurationText.Sort.FILE_IF_EXISTS;
import static io.mockupaws.engine.backup.ConfigurationText.Sort.NAMES;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.backup.ConfigurationText.Reference;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConfigurationTextTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void findsWhatSettingsInclude() {
    String text =
        """
        # include 'commented'
        port = 5432
        include 'a.conf'   # why
        include = 'b.conf'
        INCLUDE 'C.conf'
        include_if_exists 'it''s.conf'
        include_dir 'conf.d'
        \tinclude_dir='other.d'
        include plain.conf
        include_directory = 'no'
        cluster_name = 'include x'
        """;
    assertThat(ConfigurationText.inSettings(bytes(text)))
        .containsExactly(
            new Reference(FILE, "a.conf"),
            new Reference(FILE, "b.conf"),
            new Reference(FILE, "C.conf"),
            new Reference(FILE_IF_EXISTS, "it's.conf"),
            new Reference(DIRECTORY, "conf.d"),
            new Reference(DIRECTORY, "other.d"),
            new Reference(FILE, "plain.conf"));
  }

  @Test
  void findsWhatRulesReferTo() {
    String text =
        """
        # include commented
        local all postgres peer
        host @databases,shop @users 10.0.0.0/8 scram-sha-256 # @comment
        host "@quoted" all 10.0.0.0/8 scram-sha-256
        host all \\
          @continued all reject
        include extra.conf
        include_if_exists "with space.conf"
        include_dir hba.d
        """;
    assertThat(ConfigurationText.inRules(bytes(text)))
        .containsExactly(
            new Reference(NAMES, "databases"),
            new Reference(NAMES, "users"),
            new Reference(NAMES, "continued"),
            new Reference(FILE, "extra.conf"),
            new Reference(FILE_IF_EXISTS, "with space.conf"),
            new Reference(DIRECTORY, "hba.d"));
  }
}
