package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.Finding;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ManagedServer;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The live server: reachable without a pooler, rights, settings, slot, clock, and whose it is. */
final class ServerChecks {
  /** What is always told; of some there is a check more only where it matters. */
  private static final List<String> SUBJECTS =
      List.of(
          "version",
          "rights",
          "pg_hba.conf",
          "wal_level",
          "max_wal_senders",
          "slot",
          "full_page_writes",
          "fsync",
          "data_checksums",
          "max_slot_wal_keep_size");

  private final ServerLook look;
  private final List<Check> checks = new ArrayList<>();

  ServerChecks(ServerLook look) {
    this.look = look;
  }

  List<Check> run(Optional<ServerAddress> address, String slot, Optional<Long> identifier) {
    connect(address);
    if (address.isPresent() && look.failure().isEmpty()) {
      List<Finding> findings = findings(address.get(), slot);
      Map<String, List<Finding>> bySubject = new LinkedHashMap<>();
      findings.forEach(f -> bySubject.computeIfAbsent(f.subject(), _ -> new ArrayList<>()).add(f));
      bySubject.values().forEach(same -> checks.add(check(same)));
      managed(address.get(), findings);
    }
    fill();
    identity(identifier);
    clock();
    return checks;
  }

  /** Where dumps alone protect the server, nothing of what streaming needs is missed. */
  List<Check> byDumps(Optional<ServerAddress> address, String slot, Optional<Long> identifier) {
    connect(address);
    if (address.isPresent() && look.failure().isEmpty()) {
      findings(address.get(), slot).stream()
          .filter(finding -> finding.subject().equals("version"))
          .forEach(finding -> checks.add(check(List.of(finding))));
    }
    if (look.failure().isEmpty()) {
      address.flatMap(server -> leftSlot(server, slot)).ifPresent(checks::add);
    }
    for (String subject : SUBJECTS) {
      if (!told(id(subject))) {
        checks.add(Check.ok(id(subject), "is not needed: stream is off"));
      }
    }
    checks.add(Check.ok("server.managed", "is protected by dumps alone: stream is off"));
    identity(identifier);
    clock();
    return checks;
  }

  /** It keeps WAL for nobody until the server's disk is full. */
  private static Optional<Check> leftSlot(ServerAddress address, String slot) {
    try (ServerSession session = ServerSession.open(address)) {
      return new Slots(session)
          .find(slot)
          .map(
              _ ->
                  Check.failed(
                      "server.slot",
                      "stream is off, and the slot "
                          + slot
                          + " still makes the server keep its WAL",
                      "as an administrator: SELECT pg_drop_replication_slot('" + slot + "')"));
    } catch (Failure e) {
      return Optional.of(Check.unknown("server.slot", e.what()));
    }
  }

  private void connect(Optional<ServerAddress> address) {
    checks.add(
        look.failure()
            .map(f -> Check.failed("server.connect", f))
            .orElseGet(
                () -> Check.ok("server.connect", address.orElseThrow() + " answers, directly")));
  }

  private List<Finding> findings(ServerAddress address, String slot) {
    try {
      return new Initialisation(address, slot).check();
    } catch (Failure e) {
      checks.add(Check.failed("server.version", e));
      return List.of();
    }
  }

  /** Of one subject several things can be missing: one check names all that it takes. */
  private static Check check(List<Finding> same) {
    Finding first = same.getFirst();
    String id = id(first.subject());
    String more = same.size() == 1 ? "" : " (" + same.size() + " times)";
    String what = first.subject() + ": " + first.what() + more;
    String next =
        same.stream().map(Finding::remedy).collect(Collectors.joining(" "))
            + (first.restart() ? " (takes a restart of the server)" : "");
    return switch (first.weight()) {
      case FINE -> Check.ok(id, what);
      case WARNING -> Check.warning(id, what, next);
      case MISSING -> Check.failed(id, what, next);
    };
  }

  private static String id(String subject) {
    return "server." + subject.toLowerCase(Locale.ROOT).replaceAll("[_.]", "-");
  }

  /**
   * A provider's server lets nobody stream or read its files. One that has such a role and lets us
   * is not in the way.
   */
  private void managed(ServerAddress address, List<Finding> findings) {
    boolean lacking =
        findings.stream()
            .anyMatch(
                f ->
                    f.weight() == Finding.Weight.MISSING
                        && (f.subject().equals("rights") || f.subject().equals("pg_hba.conf")));
    Optional<String> sign;
    try {
      sign = ManagedServer.sign(address);
    } catch (Failure e) {
      checks.add(Check.unknown("server.managed", e.what()));
      return;
    }
    if (sign.isPresent() && lacking) {
      checks.add(
          Check.failed(
              "server.managed",
              "is a provider's (it has the role "
                  + sign.get()
                  + "), which lets nobody read its files or stream its WAL",
              "protect it by dumps: set stream: off for the cluster in mockupaws.yaml,"
                  + " schedule.config to off, and let mockupaws serve run, or mockupaws backup"
                  + " --kind logical: what is written behind the last one is lost, so one a day is"
                  + " an RPO of 24 hours; set schedule.logical to the interval that meets the"
                  + " objective, or ask the provider for physical replication"));
    } else {
      checks.add(Check.ok("server.managed", "lets its files be read and its WAL be streamed"));
    }
  }

  private void fill() {
    String why =
        look.failure().isPresent()
            ? "the server cannot be asked, see server.connect"
            : "the server did not tell, see server.version and server.rights";
    for (String subject : SUBJECTS) {
      String id = id(subject);
      boolean full = subject.equals("slot") && told("server.max-replication-slots");
      if (!told(id) && !full) {
        checks.add(Check.unknown(id, why));
      }
    }
    if (!told("server.managed")) {
      checks.add(Check.unknown("server.managed", why));
    }
  }

  private boolean told(String id) {
    return checks.stream().anyMatch(check -> check.id().equals(id));
  }

  private void identity(Optional<Long> identifier) {
    String id = "server.identity";
    if (identifier.isEmpty() || look.facts().isEmpty()) {
      checks.add(
          Check.unknown(
              id,
              identifier.isEmpty()
                  ? "no cluster of the repository to compare it with"
                  : "the server did not tell"));
      return;
    }
    long server = look.facts().get().systemIdentifier();
    checks.add(
        server == identifier.get()
            ? Check.ok(id, "it is the server whose cluster the repository holds")
            : Check.failed(
                id,
                "the server is "
                    + Long.toUnsignedString(server)
                    + ", the repository's cluster "
                    + Long.toUnsignedString(identifier.get())
                    + ": another server",
                "check DATABASE_URL and --cluster; enter a new server with mockupaws init"
                    + " --cluster NAME"));
  }

  private void clock() {
    checks.add(
        look.position()
            .map(
                p ->
                    Clocks.check(
                        "clock.server", "the server", p.clock(), look.before(), look.after()))
            .orElse(Check.unknown("clock.server", "the server cannot be asked")));
  }
}
