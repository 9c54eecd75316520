package io.mockupaws.engine.backup;

import io.mockupaws.engine.backup.ConfigurationText.Reference;
import io.mockupaws.engine.cluster.ServerFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the configuration that lies outside the data directory: the main files, what they include,
 * and the certificates. Files inside are looked at only for what they include.
 */
final class ExternalFiles {
  /** PostgreSQL's own limit ({@code CONF_FILE_MAX_DEPTH}). */
  private static final int MAX_DEPTH = 10;

  private static final List<String> TLS =
      List.of("ssl_ca_file", "ssl_cert_file", "ssl_crl_file", "ssl_dh_params_file", "ssl_key_file");

  /** What Debian's tools keep beside {@code postgresql.conf}. */
  private static final List<String> DEBIAN = List.of("environment", "pg_ctl.conf", "start.conf");

  private final ServerFacts facts;
  private final ConfigurationAccess access;
  private final Map<String, ConfigurationAccess.Found> found = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final Set<String> asked = new HashSet<>();

  private ExternalFiles(ServerFacts facts, ConfigurationAccess access) {
    this.facts = facts;
    this.access = access;
  }

  /**
   * What was found.
   *
   * @param files by absolute path
   * @param warnings a sentence for each file that the configuration names and the backup lacks
   */
  record External(Map<String, ConfigurationAccess.Found> files, List<String> warnings) {}

  static External find(ServerFacts facts, ConfigurationAccess access) {
    ExternalFiles search = new ExternalFiles(facts, access);
    search.searchAll();
    return new External(search.found, search.warnings);
  }

  private void searchAll() {
    search("config_file", ConfigurationText::inSettings);
    search("hba_file", ConfigurationText::inRules);
    search("ident_file", ConfigurationText::inRules);
    boolean tls = facts.setting("ssl").orElse("off").equals("on");
    TLS.forEach(setting -> takeSetting(setting, tls));
    facts
        .setting("ssl_crl_dir")
        .map(this::inDataDirectory)
        .ifPresent(dir -> names(dir, tls).forEach(name -> take(dir + "/" + name, false)));
    takeKerberos();
    facts
        .setting("config_file")
        .filter(path -> !facts.isInDataDirectory(path))
        .ifPresent(path -> DEBIAN.forEach(name -> take(beside(path, name), false)));
  }

  private void search(String setting, Function<byte[], List<Reference>> references) {
    facts
        .setting(setting)
        .ifPresent(path -> follow(inDataDirectory(path), true, references, MAX_DEPTH));
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

  private void takeSetting(String setting, boolean required) {
    facts.setting(setting).ifPresent(path -> take(inDataDirectory(path), required));
  }

  /** The default names a file that hardly any host has. */
  private void takeKerberos() {
    facts
        .setting("krb_server_keyfile")
        .map(path -> path.startsWith("FILE:") ? path.substring("FILE:".length()) : path)
        .ifPresent(path -> take(inDataDirectory(path), false));
  }

  /** Takes a file that includes nothing. */
  private void take(String path, boolean required) {
    if (facts.isInDataDirectory(path) || !asked.add(path)) {
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
    if (!facts.isInDataDirectory(path)) {
      found.put(path, file);
    }
  }

  private void warnIf(boolean matters, String path, String why) {
    if (matters) {
      warnings.add("the backup lacks " + path + ": " + why);
    }
  }

  private String inDataDirectory(String path) {
    return Path.of(facts.dataDirectory()).resolve(path).normalize().toString();
  }

  private static String beside(String file, String name) {
    return Path.of(file).resolveSibling(name).normalize().toString();
  }
}
