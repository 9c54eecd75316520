package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a server has and lacks for being protected, each with what it would take. */
final class ServerCheck {
  private final ServerAddress address;
  private final String slot;
  private final List<Finding> findings = new ArrayList<>();

  ServerCheck(ServerAddress address, String slot) {
    this.address = address;
    this.slot = slot;
  }

  /** Each step is taken even when another failed; only without a session nothing can be told. */
  List<Finding> findings() {
    try (ServerSession session = ServerSession.open(address)) {
      Optional<ServerFacts> facts = facts(session);
      attempt("rights", () -> checkRights(ServerRights.read(session)));
      checkReplication();
      facts.ifPresent(
          known -> {
            attempt("pg_read_server_files", () -> checkFiles(ServerRights.read(session), known));
            checkWal(known);
            attempt("max_wal_senders", () -> checkSenders(session, known));
            attempt("slot", () -> checkSlot(session, known));
            checkSafety(known);
          });
    }
    return List.copyOf(findings);
  }

  private Optional<ServerFacts> facts(ServerSession session) {
    try {
      ServerFacts facts = ServerFacts.read(session);
      findings.add(
          Finding.fine("version", "PostgreSQL " + facts.setting("server_version").orElse("")));
      return Optional.of(facts);
    } catch (Failure e) {
      findings.add(Finding.missing("version", e.what(), e.nextStep()));
      return Optional.empty();
    }
  }

  private void attempt(String subject, Runnable step) {
    try {
      step.run();
    } catch (Failure e) {
      findings.add(Finding.missing(subject, e.what(), e.nextStep()));
    }
  }

  private void checkRights(ServerRights rights) {
    if (rights.missing().isEmpty()) {
      findings.add(Finding.fine("rights", "the role " + address.user() + " has what it needs"));
    }
    for (String statement : rights.missing()) {
      findings.add(Finding.missing("rights", "the role lacks a right", statement));
    }
  }

  private void checkFiles(ServerRights rights, ServerFacts facts) {
    if (facts.hasExternalConfiguration() && !rights.readsServerFiles()) {
      findings.add(
          Finding.warning(
              "pg_read_server_files",
              "configuration lies outside the data directory and the role may not read it:"
                  + " backups lack it",
              "GRANT pg_read_server_files TO " + Sql.identifier(address.user()) + ";"));
    }
  }

  /** By trying: no other way tells what pg_hba.conf does with this host and role. */
  private void checkReplication() {
    try (ReplicationConnection connection = ReplicationConnection.open(address)) {
      connection.identify();
      findings.add(Finding.fine("pg_hba.conf", "lets replication connections in"));
    } catch (Failure e) {
      findings.add(Finding.missing("pg_hba.conf", e.what(), e.nextStep()));
    }
  }

  private void checkWal(ServerFacts facts) {
    String level = facts.setting("wal_level").orElse("");
    findings.add(
        level.equals("minimal")
            ? Finding.missing(
                    "wal_level",
                    "is minimal: WAL does not suffice for recovery",
                    "ALTER SYSTEM SET wal_level = replica;")
                .afterRestart()
            : Finding.fine("wal_level", "is " + level));
    findings.add(Finding.fine("wal_segment_size", "is " + (facts.walSegmentSize() >> 20) + " MiB"));
  }

  private void checkSenders(ServerSession session, ServerFacts facts) {
    int most = number(facts, "max_wal_senders");
    int used =
        session.one(
            "counting WAL senders",
            "SELECT count(*) FROM pg_stat_replication",
            row -> row.getInt(1));
    findings.add(
        used < most
            ? Finding.fine("max_wal_senders", used + " of " + most + " are in use")
            : Finding.missing(
                    "max_wal_senders",
                    "all " + most + " are in use",
                    "ALTER SYSTEM SET max_wal_senders = " + (used + 2) + ";")
                .afterRestart());
  }

  private void checkSlot(ServerSession session, ServerFacts facts) {
    Optional<Slot> there = new Slots(session).find(slot);
    if (there.isPresent()) {
      findings.add(
          there.get().keeps() == Slot.Keeps.LOST
              ? Finding.missing(
                  "slot",
                  slot + " has lost the WAL it needs",
                  "SELECT pg_drop_replication_slot(" + Sql.literal(slot) + "); then mockupaws init")
              : Finding.fine("slot", slot + " is there"));
      return;
    }
    int most = number(facts, "max_replication_slots");
    int used =
        session.one(
            "counting slots", "SELECT count(*) FROM pg_replication_slots", row -> row.getInt(1));
    findings.add(
        used < most
            ? Finding.missing("slot", slot + " is not there yet", "mockupaws init makes it")
            : Finding.missing(
                    "max_replication_slots",
                    "all " + most + " slots are in use",
                    "ALTER SYSTEM SET max_replication_slots = " + (used + 2) + ";")
                .afterRestart());
  }

  private void checkSafety(ServerFacts facts) {
    checkSwitch(
        facts,
        "full_page_writes",
        "pages that are torn in a crash cannot be repaired, and no backup of a standby can be"
            + " taken",
        "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();");
    checkSwitch(
        facts,
        "fsync",
        "a crash of the host can lose and damage what was committed",
        "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();");
    findings.add(
        facts.dataChecksums()
            ? Finding.fine("data_checksums", "are on")
            : Finding.warning(
                    "data_checksums",
                    "are off: a backup cannot tell damaged pages",
                    "stop the server and run pg_checksums --enable")
                .afterRestart());
    findings.add(
        facts.setting("max_slot_wal_keep_size").orElse("-1").equals("-1")
            ? Finding.warning(
                "max_slot_wal_keep_size",
                "is unlimited: while nobody streams, WAL fills the server's disk",
                "for example: ALTER SYSTEM SET max_slot_wal_keep_size = '64GB'; SELECT"
                    + " pg_reload_conf();")
            : Finding.fine("max_slot_wal_keep_size", "is set"));
    if (!facts.setting("idle_replication_slot_timeout").orElse("0").equals("0")) {
      findings.add(
          Finding.warning(
              "idle_replication_slot_timeout",
              "is set: a stream that rests longer loses its slot",
              "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();"));
    }
  }

  private void checkSwitch(ServerFacts facts, String name, String risk, String remedy) {
    findings.add(
        facts.setting(name).orElse("on").equals("on")
            ? Finding.fine(name, "is on")
            : Finding.warning(name, "is off: " + risk, remedy));
  }

  private static int number(ServerFacts facts, String name) {
    return Integer.parseInt(facts.setting(name).orElse("0"));
  }
}
