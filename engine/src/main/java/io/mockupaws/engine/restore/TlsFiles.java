package io.mockupaws.engine.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Certificates and keys: PostgreSQL does not start with {@code ssl=on} and a file that is not
 * there. Those in the backup are used from inside the target; without them TLS is off.
 */
final class TlsFiles {
  private static final String KEY = "ssl_key_file";
  private static final String KEY_FILE = "server.key";
  private static final Map<String, String> NEEDED =
      Map.of("ssl_cert_file", "server.crt", KEY, KEY_FILE);
  private static final List<String> OPTIONAL =
      List.of("ssl_ca_file", "ssl_crl_file", "ssl_crl_dir", "ssl_dh_params_file");

  private TlsFiles() {}

  /**
   * What has to be set so that the server finds its files.
   *
   * @param foreignToo whether files outside the target that exist on this host are good enough
   */
  static Map<String, String> settings(
      Map<String, String> effective, Path target, SourcePaths paths, boolean foreignToo) {
    if (!isOn(effective.getOrDefault("ssl", "off"))) {
      return Map.of();
    }
    Map<String, String> settings = new LinkedHashMap<>();
    // a copy asks nobody for the passphrase of a key
    boolean complete = foreignToo || effective.getOrDefault("ssl_passphrase_command", "").isEmpty();
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String value = effective.getOrDefault(needed.getKey(), needed.getValue());
      complete &= settle(needed.getKey(), value, target, paths, foreignToo, settings);
    }
    for (String name : OPTIONAL) {
      String value = effective.getOrDefault(name, "");
      if (!value.isEmpty()) {
        complete &= settle(name, value, target, paths, foreignToo, settings);
      }
    }
    return complete ? settings : Map.of("ssl", "off");
  }

  /**
   * Closes the private key to all but its owner: PostgreSQL does not start with one that others may
   * read ({@code check_ssl_key_file_permissions} in {@code src/backend/libpq/be-secure-common.c}).
   * Over SQL a backup is told one mode for all files, and what was root's belongs to the server's
   * user here.
   */
  static void closeKey(Map<String, String> effective, Path target, SourcePaths paths) {
    Path key = target.resolve(relative(effective.getOrDefault(KEY, KEY_FILE), paths));
    if (!Files.isRegularFile(key, NOFOLLOW_LINKS)) {
      return;
    }
    LocalFiles.attempt(
        "closing",
        key,
        () -> {
          LocalFiles.setMode(key, LocalFiles.mode(key) & 0700);
          try (FileChannel channel = FileChannel.open(key, READ)) {
            channel.force(true);
          }
          return key;
        });
  }

  /** A relative path is taken from the data directory, so it moves with it. */
  private static String relative(String value, SourcePaths paths) {
    return paths.ofExternal(paths.dataDirectory().resolve(value).toString());
  }

  private static boolean settle(
      String name,
      String value,
      Path target,
      SourcePaths paths,
      boolean foreignToo,
      Map<String, String> settings) {
    String relative = relative(value, paths);
    if (Files.exists(target.resolve(relative))) {
      if (!relative.equals(value)) {
        settings.put(name, relative);
      }
      return true;
    }
    return foreignToo && Files.exists(Path.of(value));
  }

  private static boolean isOn(String value) {
    return List.of("on", "true", "yes", "1").contains(value.toLowerCase(java.util.Locale.ROOT));
  }
}
