package io.mockupaws.engine.backup;

import io.mockupaws.engine.backup.ConfigurationText.Reference;
import io.mockupaws.engine.cluster.ServerFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the configuration: the main files and what they include. For a backup of the cluster only
 * what lies outside the data directory, with the certificates; files inside are then looked at only
 * for what they include.
 */
final class ExternalFiles {
  /** PostgreSQL's own limit ({@code CONF_FILE_MAX_DEPTH}). */
  private static final int MAX_DEPTH = 10;

  private static final List<String> TLS =
      List.of("ssl_ca_file", "ssl_cert_file", "ssl_crl_file", "ssl_dh_params_file", "ssl_key_file");

  /** What Debian's tools keep beside {@code postgresql.conf}. */
  private static final List<String> DEBIAN = List.of("environment", "pg_ctl.conf", "start.conf");

  private final ConfigurationPlaces places;
  private final ConfigurationAccess access;

  /** Whether files inside the data directory are kept, too. */
  private final boolean inside;

  private final Map<String, ConfigurationAccess.Found> found = new LinkedHashMap<>();
  private final Map<String, String> lacking = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();

  private ExternalFiles(ConfigurationPlaces places, ConfigurationAccess access, boolean inside) {
    this.places = places;
    this.access = access;
    this.inside = inside;
  }

  /**
   * What was found.
   *
   * @param files by absolute path
   * @param lacking why, by absolute path, for each file that the configuration names and that could
   *     not be had
   */
  record External(Map<String, ConfigurationAccess.Found> files, Map<String, String> lacking) {
    /** A sentence for each of them. */
    List<String> warnings() {
      List<String> warnings = new ArrayList<>();
      lacking.forEach((path, why) -> warnings.add("the backup lacks " + path + ": " + why));
      return warnings;
    }
  }

  static External find(ServerFacts facts, ConfigurationAccess access) {
    ExternalFiles search = new ExternalFiles(ConfigurationPlaces.of(facts), access, false);
    search.searchText();
    search.searchKeys(facts);
    return new External(search.found, search.lacking);
  }

  /** The configuration's text, wherever it lies: no certificates and no keys. */
  static External text(ConfigurationPlaces places, ConfigurationAccess access) {
    ExternalFiles search = new ExternalFiles(places, access, true);
    search.searchText();
    search.follow(places.auto(), false, ConfigurationText::inSettings, MAX_DEPTH);
    return new External(search.found, search.lacking);
  }

  private void searchText() {
    search(places.config(), ConfigurationText::inSettings);
    search(places.hba(), ConfigurationText::inRules);
    search(places.ident(), ConfigurationText::inRules);
    places
        .config()
        .filter(path -> !places.isInside(path))
        .ifPresent(path -> DEBIAN.forEach(name -> take(beside(path, name), false)));
  }

  private void searchKeys(ServerFacts facts) {
    boolean tls = facts.setting("ssl").orElse("off").equals("on");
    TLS.forEach(
        setting -> facts.setting(setting).ifPresent(path -> take(places.resolve(path), tls)));
    facts
        .setting("ssl_crl_dir")
        .map(places::resolve)
        .ifPresent(dir -> names(dir, tls).forEach(name -> take(dir + "/" + name, false)));
    takeKerberos(facts);
  }

  private void search(Optional<String> file, Function<byte[], List<Reference>> references) {
    file.ifPresent(path -> follow(places.resolve(path), true, references, MAX_DEPTH));
  }

  private void follow(
      String path, boolean required, Function<byte[], List<Reference>> references, int depth) {
    if (depth < 0 || !asked.add(path)) {
      return;
    }
    switch (access.read(path)) {
      case ConfigurationAccess.Missing _, ConfigurationAccess.Listed _ ->
          warnIf(required, path, "it is not there");
      case ConfigurationAccess.Refused refused -> warnIf(true, path, refused.remedy());
      case ConfigurationAccess.Found file -> {
        keep(path, file);
        references
            .apply(file.content())
            .forEach(reference -> follow(path, reference, references, depth - 1));
      }
    }
  }

  private void follow(
      String from, Reference reference, Function<byte[], List<Reference>> references, int depth) {
    String path = beside(from, reference.name());
    switch (reference.sort()) {
      case FILE, NAMES -> follow(path, true, references, depth);
      case FILE_IF_EXISTS -> follow(path, false, references, depth);
      case DIRECTORY ->
          names(path, true).stream()
              .filter(name -> name.endsWith(".conf") && !name.startsWith("."))
              .sorted()
              .forEach(name -> follow(path + "/" + name, false, references, depth));
    }
  }

  private List<String> names(String directory, boolean required) {
    return switch (access.list(directory)) {
      case ConfigurationAccess.Listed listed -> listed.names();
      case ConfigurationAccess.Refused refused -> {
        warnIf(required, directory, refused.remedy());
        yield List.of();
      }
      case ConfigurationAccess.Missing _, ConfigurationAccess.Found _ -> List.of();
    };
  }

  /** The default names a file that hardly any host has. */
  private void takeKerberos(ServerFacts facts) {
    facts
        .setting("krb_server_keyfile")
        .map(path -> path.startsWith("FILE:") ? path.substring("FILE:".length()) : path)
        .ifPresent(path -> take(places.resolve(path), false));
  }

  /** Takes a file that includes nothing. */
  private void take(String path, boolean required) {
    if ((!inside && places.isInside(path)) || !asked.add(path)) {
      return;
    }
    switch (access.read(path)) {
      case ConfigurationAccess.Missing _, ConfigurationAccess.Listed _ ->
          warnIf(required, path, "it is not there");
      case ConfigurationAccess.Refused refused -> warnIf(required, path, refused.remedy());
      case ConfigurationAccess.Found file -> keep(path, file);
    }
  }

  private void keep(String path, ConfigurationAccess.Found file) {
    if (inside || !places.isInside(path)) {
      found.put(path, file);
    }
  }

  private void warnIf(boolean matters, String path, String why) {
    if (matters) {
      lacking.put(path, why);
    }
  }

  private static String beside(String file, String name) {
    return Path.of(file).resolveSibling(name).normalize().toString();
  }
}
