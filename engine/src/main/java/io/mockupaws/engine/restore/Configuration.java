package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Gives a restored directory the configuration under which it recovers. */
final class Configuration {
  /** What a server without any rules for connections gets: its owner, over the socket. */
  private static final String FALLBACK_HBA = "local all all peer\n";

  private final Path target;
  private final SourcePaths paths;
  private final Owner owner;
  private final int fileMode;
  private final Map<String, byte[]> written = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  Configuration(Path target, SourcePaths paths, Owner owner, int fileMode) {
    this.target = target;
    this.paths = paths;
    this.owner = owner;
    this.fileMode = fileMode;
  }

  /**
   * What the configuration is to bring about.
   *
   * @param port the one demanded; else a kept configuration keeps its own
   * @param needed what the WAL demands
   * @param tablespacesInPlace whether {@code pg_tblspc} holds plain directories, which PostgreSQL
   *     refuses unless told ({@code CheckTablespaceDirectory}, {@code xlogrecovery.c})
   * @param source settings as the source had them, in force here unless a file says otherwise: they
   *     were given on its command line
   * @param recovery settings for this recovery only
   */
  record Wish(
      boolean keepSettings,
      OptionalInt port,
      SafeCopy.Host host,
      int major,
      RecoveryParameters needed,
      boolean tablespacesInPlace,
      Map<String, String> source,
      Map<String, String> recovery) {}

  /** The files that are other than in the backup, by their path in the target. */
  Map<String, byte[]> written() {
    return Map.copyOf(written);
  }

  /** What was decided, for the operator. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Settles the source's files and writes ours. */
  void configure(Wish wish) {
    makeMissing(SourcePaths.MAIN, "");
    makeMissing("pg_hba.conf", FALLBACK_HBA);
    makeMissing("pg_ident.conf", "");
    ConfigTree.Settled settled = ConfigTree.settle(target, paths, owner);
    written.putAll(settled.changed());
    notes.addAll(settled.notes());
    ConfigText source =
        ConfigText.parse(LocalFiles.read(target.resolve(SourcePaths.AUTO)).orElse(new byte[0]));
    Map<String, String> inNoFile = new LinkedHashMap<>(wish.source());
    inNoFile.keySet().removeAll(settled.effective().keySet());
    source.settings().forEach(setting -> inNoFile.remove(setting.name()));
    Map<String, String> effective = new LinkedHashMap<>(inNoFile);
    effective.putAll(settled.effective());
    source.settings().forEach(setting -> effective.put(setting.name(), setting.value()));
    Map<String, String> lasting = lasting(wish, inNoFile, effective);
    ConfigText auto = AutoConf.with(source, lasting, wish.recovery());
    write(SourcePaths.AUTO, auto.bytes());
    auto.settings().forEach(setting -> effective.put(setting.name(), setting.value()));
    TlsFiles.closeKey(effective, target, paths);
    if (!wish.keepSettings()) {
      Sandbox.require(effective, target);
    }
  }

  private Map<String, String> lasting(
      Wish wish, Map<String, String> inNoFile, Map<String, String> effective) {
    Map<String, String> lasting = new LinkedHashMap<>();
    if (wish.keepSettings()) {
      lasting.putAll(inNoFile);
      wish.port().ifPresent(port -> lasting.put("port", Integer.toString(port)));
    } else {
      SafeCopy.Settings safe = SafeCopy.of(effective, wish.host(), wish.major());
      lasting.putAll(safe.values());
      lasting.replace("log_directory", LogDirectory.in(target));
      notes.addAll(safe.notes());
    }
    Map<String, String> tls = TlsFiles.settings(effective, target, paths, wish.keepSettings());
    if (tls.containsKey("ssl")) {
      notes.add("TLS is off: its certificate or key is neither in the backup nor on this host");
    }
    lasting.putAll(tls);
    Map<String, String> raised = wish.needed().raised(effective);
    raised.forEach((name, value) -> notes.add(name + " is " + value + ", the WAL demands it"));
    lasting.putAll(raised);
    if (wish.tablespacesInPlace()) {
      lasting.put("allow_in_place_tablespaces", "on");
    }
    return lasting;
  }

  private void makeMissing(String name, String content) {
    if (!Files.exists(target.resolve(name))) {
      notes.add(name + " is not in the backup; a minimal one was made");
      write(name, content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void write(String name, byte[] content) {
    LocalFiles.write(target.resolve(name), content, fileMode, owner);
    written.put(name, content);
  }
}
