package io.mockupaws.engine.configuration;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.ConfigurationFiles;
import io.mockupaws.engine.backup.ConfigurationFiles.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a version of the configuration back: below a directory, or to where it was on this host.
 * Nothing is lost: what is replaced stays beside under another name.
 */
public final class ConfigurationRestore {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int PRIVATE = 0600;

  private final Configurations versions;
  private final Configurations.Version version;

  public ConfigurationRestore(Configurations versions, Configurations.Version version) {
    this.versions = versions;
    this.version = version;
  }

  /** What becomes of a file. */
  public enum State {
    /** It is not there. */
    MADE,
    /** It holds the same: it stays. */
    SAME,
    REPLACED,
    /** The version has none, and the server would read it: it goes aside. */
    ASIDE
  }

  /**
   * A file of the destination.
   *
   * @param unsaved whether what is there is in no version
   * @param file what it is to hold
   */
  public record Step(Path path, State state, boolean unsaved, File file) {
    /** Whether something is kept aside by it. */
    boolean keeps() {
      return state == State.REPLACED || state == State.ASIDE;
    }
  }

  /**
   * What would be done.
   *
   * @param steps by path
   * @param suffix behind the names of files that are kept aside
   */
  public record Plan(Configurations.Version version, List<Step> steps, String suffix) {
    /** Files whose content would be nowhere else but aside. */
    public List<Path> unsaved() {
      return steps.stream().filter(Step::unsaved).map(Step::path).toList();
    }

    /** Under which name a file is kept. */
    public Path aside(Step step) {
      return step.path().resolveSibling(step.path().getFileName() + suffix);
    }
  }

  /** Everything below a directory, files under their whole paths. */
  public Plan toDirectory(Path directory, Instant now) {
    Map<Path, File> wanted = new LinkedHashMap<>();
    for (File file : version.content().files()) {
      wanted.put(directory.resolve(file.path().substring(1)), file);
    }
    wanted.put(directory.resolve(ClusterConfiguration.GLOBALS), globals());
    return plan(wanted, Set.of(), now);
  }

  /**
   * The files to where they were on this host.
   *
   * @param globals where the SQL of roles and tablespaces is written
   * @throws Failure TARGET_FOREIGN where the cluster does not lie on this host
   */
  public Plan inPlace(Optional<Path> globals, Instant now) {
    demandCluster();
    Map<Path, File> wanted = new LinkedHashMap<>();
    Map<String, File> byPath = new LinkedHashMap<>();
    for (File file : version.content().files()) {
      wanted.put(Path.of(file.path()), file);
      byPath.put(file.path(), file);
    }
    globals.ifPresent(path -> wanted.put(path.toAbsolutePath(), globals()));
    Set<String> extras =
        new LinkedHashSet<>(ConfigurationFiles.inEffect(version.content().places(), byPath));
    extras.removeAll(byPath.keySet());
    if (!version.content().lacking().isEmpty()) {
      extras.clear(); // what the version could not read may be among them
    }
    return plan(wanted, extras, now);
  }

  private File globals() {
    return new File(ClusterConfiguration.GLOBALS, version.content().globals().latin1(), PRIVATE);
  }

  private Plan plan(Map<Path, File> wanted, Set<String> extras, Instant now) {
    List<Step> steps = new ArrayList<>();
    wanted.forEach((path, file) -> steps.add(step(path, file)));
    for (String extra : extras) {
      Path path = Path.of(extra);
      HostFiles.read(path)
          .ifPresent(
              there ->
                  steps.add(
                      new Step(
                          path, State.ASIDE, isUnsaved(extra, there), new File(extra, "", 0))));
    }
    return new Plan(version, steps, ".before_" + TIME.format(now));
  }

  private Step step(Path path, File file) {
    Optional<byte[]> there = HostFiles.read(path);
    if (there.isEmpty()) {
      return new Step(path, State.MADE, false, file);
    }
    if (Arrays.equals(there.get(), file.bytes())) {
      return new Step(path, State.SAME, false, file);
    }
    return new Step(path, State.REPLACED, isUnsaved(file.path(), there.get()), file);
  }

  private boolean isUnsaved(String name, byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return !versions.anyNewestFirst(configuration -> text.equals(configuration.texts().get(name)));
  }

  /** By the system identifier, with which the control file begins. */
  private void demandCluster() {
    Path control = Path.of(version.content().places().dataDirectory(), "global", "pg_control");
    Optional<byte[]> bytes = HostFiles.read(control);
    boolean ours =
        bytes.isPresent()
            && bytes.get().length >= Long.BYTES
            && ByteBuffer.wrap(bytes.get()).order(ByteOrder.nativeOrder()).getLong()
                == version.content().system();
    if (!ours) {
      throw new Failure(
          ErrorCode.TARGET_FOREIGN,
          bytes.isEmpty()
              ? "the cluster does not lie on this host: there is no " + control
              : control + " is another cluster's",
          "run this on the server's host, or write the files to a directory: --to-dir DIR");
    }
  }

  /**
   * Does what was planned.
   *
   * @param force whether content that is in no version may go aside
   * @throws Failure CONFIGURATION_UNSAVED; LOCAL_FILE, DISK_FULL: each file is as it was or as it
   *     shall be, and doing it again goes on
   */
  public void run(Plan plan, boolean force) {
    if (!force && !plan.unsaved().isEmpty()) {
      throw unsaved(plan);
    }
    for (Step step : plan.steps()) {
      if (step.keeps()) {
        HostFiles.keep(step.path(), plan.aside(step));
      }
      switch (step.state()) {
        case MADE, REPLACED ->
            HostFiles.write(step.path(), step.file().bytes(), step.file().mode());
        case ASIDE -> HostFiles.remove(step.path());
        case SAME -> {}
      }
    }
  }

  /** The refusal of a plan that would replace what is in no version. */
  public static Failure unsaved(Plan plan) {
    return new Failure(
        ErrorCode.CONFIGURATION_UNSAVED,
        "what is there is in no version: "
            + String.join(", ", plan.unsaved().stream().map(Path::toString).toList()),
        "keep it first: mockupaws backup --kind config; or add --force: what is replaced stays"
            + " beside it as NAME"
            + plan.suffix());
  }
}
