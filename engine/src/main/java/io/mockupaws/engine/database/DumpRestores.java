package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.logical.OpenedDump;
import io.mockupaws.engine.restore.Cancel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Brings a dump into a database of a server that runs: all of it or nothing, or beside and then in
 * its place.
 */
public final class DumpRestores {
  private final InstantSource clock;
  private final RandomGenerator random;

  public DumpRestores(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * What would be done; looks at the destination and changes nothing.
   *
   * @throws Failure NO_CLIENT_TOOLS, TARGET_NOT_EMPTY, DATABASE_IN_USE, DATABASE_UNFIT with all
   *     that the server lacks, SERVER_RIGHTS, DAMAGED_OBJECT, USAGE for a dump that is none of a
   *     database or of a part of one in a whole one's place; and as {@link ServerSession#open}
   */
  public DumpPlan plan(DumpRequest request, OpenedDump dump) {
    requireDatabase(dump);
    String id = HexFormat.of().toHexDigits(random.nextInt());
    try (Destination destination = Destination.open(request.destination(), Beside.mark(id))) {
      DestinationFacts facts = required(request, destination);
      if (request.way() != Way.EMPTY) {
        requireProperties(dump);
        requireWhole(dump, facts);
      } else {
        properties(dump)
            .ifPresent(
                source ->
                    source.requireEncodingOf(
                        DatabaseProperties.of(destination.session(), destination.name())));
      }
      ClientTools tools = tools(request, dump, facts);
      DumpList list = DumpList.of(dump, tools);
      requireNeeds(request, dump, list, destination);
      if (request.jobs().isPresent()) {
        requireRoom(request, dump);
      }
      boolean keeps = request.way() == Way.REPLACE && facts.exists();
      return new DumpPlan(
          request,
          dump,
          id,
          tools,
          facts,
          keeps
              ? Optional.of(Beside.keptName(destination.name(), request.asked()))
              : Optional.empty(),
          list.relations(),
          warnings(request, dump, facts));
    }
  }

  /**
   * Looks at the destination alone, for as long as the dump cannot be read.
   *
   * @throws Failure TARGET_NOT_EMPTY, DATABASE_IN_USE, SERVER_RIGHTS, and as {@link
   *     ServerSession#open}
   */
  public DestinationFacts look(DumpRequest request) {
    String id = HexFormat.of().toHexDigits(random.nextInt());
    try (Destination destination = Destination.open(request.destination(), Beside.mark(id))) {
      return required(request, destination);
    }
  }

  private static DestinationFacts required(DumpRequest request, Destination destination) {
    DestinationFacts facts = destination.facts();
    destination.require(request.way(), facts, request.disconnect());
    return facts;
  }

  /** A part of a database in the place of all of it is a loss that nobody means. */
  private static void requireWhole(OpenedDump dump, DestinationFacts facts) {
    List<String> filters = dump.sidecar().map(DumpSidecar::filters).orElse(List.of());
    if (facts.exists() && !filters.isEmpty()) {
      throw new Failure(
          ErrorCode.USAGE,
          "the dump "
              + dump.name()
              + " holds a part of a database alone ("
              + String.join(" ", filters)
              + "), and would take the place of a whole one",
          "restore it into an empty database, and bring what you need from there");
    }
  }

  private static void requireNeeds(
      DumpRequest request, OpenedDump dump, DumpList list, Destination destination) {
    Needs inside = list.needs(destination.session(), request.omissions());
    boolean made = request.way() != Way.EMPTY;
    Needs needs = made ? inside.with(properties(dump).orElseThrow(), request.omissions()) : inside;
    Lacks.of(needs, destination.session(), !made && request.jobs().isEmpty()).refuse();
  }

  private static void requireDatabase(OpenedDump dump) {
    if (dump.sidecar().filter(s -> s.content() == DumpSidecar.Content.GLOBALS).isPresent()) {
      throw new Failure(
          ErrorCode.USAGE,
          "the dump " + dump.name() + " holds roles and tablespaces as SQL, and no database",
          "decrypt it by openssl and run what you need of it in psql");
    }
  }

  private static void requireRoom(DumpRequest request, OpenedDump dump) {
    long needed = dump.sidecar().map(DumpSidecar::plainBytes).orElse(dump.size());
    Path folder = request.temporary().toAbsolutePath();
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < needed) {
        throw new Failure(
            ErrorCode.DISK_FULL,
            "--jobs needs a file of " + needed + " bytes, and " + folder + " has room for " + free,
            "name another folder with --temp-dir, or restore without --jobs");
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the folder " + folder + " cannot be used: " + e.getMessage(),
          "name another folder with --temp-dir",
          e);
    }
  }

  private static void requireProperties(OpenedDump dump) {
    if (properties(dump).isEmpty()) {
      throw new Failure(
          ErrorCode.NO_SIDECAR,
          "without its sidecar nothing tells encoding and locale of the database to be made from "
              + dump.place(),
          "make an empty database and restore into it without --replace and --disposable");
    }
  }

  static Optional<DatabaseProperties> properties(OpenedDump dump) {
    return dump.sidecar().flatMap(DumpSidecar::properties).map(DatabaseProperties::ofJson);
  }

  private static ClientTools tools(
      DumpRequest request, OpenedDump dump, DestinationFacts destination) {
    if (dump.sidecar().isEmpty()) {
      return ClientTools.find(request.binaries(), destination.major(), destination.major());
    }
    DumpSidecar facts = dump.sidecar().get();
    int source = facts.serverVersion() / 10_000;
    if (destination.major() < source) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          "the destination is PostgreSQL "
              + destination.version()
              + ", older than the source's "
              + source
              + ": a dump is not for older servers",
          "name a server of PostgreSQL " + source + " or newer");
    }
    int wrote = ClientTools.majorOf(facts.tools());
    if (ClientTools.writesForNewerAlone(wrote, destination.major())) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          "the dump "
              + dump.name()
              + " was written by pg_dump "
              + facts.tools()
              + ": its pg_restore sets transaction_timeout, which the destination, PostgreSQL "
              + destination.version()
              + ", does not know",
          "restore into PostgreSQL 17 or newer; or decrypt it by openssl and gunzip, and:"
              + " pg_restore --file=- backup.sql | grep -v '^SET transaction_timeout' | psql");
    }
    return ClientTools.find(request.binaries(), wrote, Math.max(wrote, destination.major()));
  }

  private static List<String> warnings(
      DumpRequest request, OpenedDump dump, DestinationFacts facts) {
    List<String> warnings = new ArrayList<>();
    if (dump.sidecar().isEmpty()) {
      warnings.add(
          "no sidecar proves " + dump.name() + ": what it holds is restored as it is found");
    }
    if (dump.sidecar().filter(s -> !s.filters().isEmpty()).isPresent()) {
      warnings.add(
          "the dump holds a part of the database alone: "
              + String.join(" ", dump.sidecar().orElseThrow().filters()));
    }
    if (request.jobs().isPresent()) {
      warnings.add(
          "--jobs needs a file: what pg_dump wrote lies decrypted in "
              + request.temporary().toAbsolutePath()
              + " meanwhile, for this user alone; and the restore is no single transaction");
    }
    if (!facts.connections().isEmpty()) {
      warnings.add("connected to the destination: " + String.join(", ", facts.connections()));
    }
    if (request.way() == Way.DISPOSABLE && facts.exists()) {
      warnings.add(
          "the database "
              + request.destination().database()
              + " is dropped once the dump was read to its end and found whole: nothing of it is"
              + " kept");
    }
    return warnings;
  }

  /**
   * Does what the plan says. Whatever breaks off, the destination is as it was before, but for one
   * that was declared disposable, and an empty one that several jobs fill; the message says so.
   *
   * @throws Failure DAMAGED_OBJECT, DATABASE_COPY_FAILED, DATABASE_IN_USE, DATABASE_DIFFERS,
   *     RESTORE_INTERRUPTED
   */
  public DumpResult run(DumpPlan plan, DatabaseListener listener, Cancel cancel) {
    return new DumpRun(plan, listener, cancel, clock).bring();
  }
}
