package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.engine.cluster.Finding;
import io.mockupaws.engine.cluster.Initialisation;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.it.support.EveryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the server tells over SQL is what its control file says, and its lacks are named. */
class ServerFactsIT {
  @EveryVersion
  void factsAreThoseOfTheControlFile(int major) throws IOException {
    boolean checksums = major % 2 == 0;
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .checksums(checksums)
            .segmentMegabytes(major == 16 ? 1 : 64)
            .groupAccess()
            .start()) {
      ServerAddress address = ServerAddress.parse(server.url("postgres"), Map.of());
      try (ServerSession session = ServerSession.open(address);
          ReplicationConnection replication = ReplicationConnection.open(address)) {
        ServerFacts facts = ServerFacts.read(session);
        ControlFile control =
            ControlFile.parse(
                Files.readAllBytes(server.dataDirectory().resolve("global/pg_control")));
        assertThat(facts.systemIdentifier()).isEqualTo(control.systemIdentifier());
        assertThat(facts.catalogVersion()).isEqualTo(control.catalogVersion());
        assertThat(facts.timeline()).isEqualTo(control.lastCheckpoint().timeline());
        assertThat(facts.walSegmentSize()).isEqualTo(control.shape().walSegmentSize());
        assertThat(facts.blockSize()).isEqualTo(control.shape().blockSize());
        assertThat(facts.blocksPerFile()).isEqualTo(control.shape().relationSegmentBlocks());
        assertThat(facts.dataChecksums()).isEqualTo(checksums);
        assertThat(facts.major()).isEqualTo(major);
        assertThat(facts.directoryMode()).isEqualTo(0750);
        assertThat(facts.dataDirectory()).isEqualTo(server.dataDirectory().toString());
        assertThat(facts.inRecovery()).isFalse();
        assertThat(replication.identify().systemIdentifier()).isEqualTo(facts.systemIdentifier());
        assertThat(replication.identify().timeline()).isEqualTo(facts.timeline());
      }
    }
  }

  @EveryVersion
  void theZoneIsTheServersAndNotOurs(int major) {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .setting("TimeZone", "Asia/Kathmandu")
            .setting("log_timezone", "Asia/Tokyo")
            .start()) {
      ServerAddress superuser = ServerAddress.parse(server.url("postgres"), Map.of());
      try (ServerSession session = ServerSession.open(superuser)) {
        assertThat(ServerFacts.read(session).timeZone()).isEqualTo("Asia/Kathmandu");
      }
      ServerLogin login = server.createRole("least", "pw", "");
      server.run("GRANT pg_read_all_settings TO least");
      ServerAddress least = ServerAddress.parse(login.url("postgres"), Map.of());
      try (ServerSession session = ServerSession.open(least)) {
        assertThat(ServerFacts.read(session).timeZone()).isEqualTo("Asia/Tokyo");
      }
      server.run(
          "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO least");
      try (ServerSession session = ServerSession.open(least)) {
        assertThat(ServerFacts.read(session).timeZone()).isEqualTo("Asia/Kathmandu");
      }
      server.run("ALTER SYSTEM SET timezone TO 'America/New_York'");
      try (ServerSession session = ServerSession.open(least)) {
        assertThat(ServerFacts.read(session).timeZone()).isEqualTo("America/New_York");
      }
    }
  }

  @EveryVersion
  void noTimeoutOfTheServerEndsASession(int major) {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start()) {
      List<String> timeouts =
          Stream.of(
                  "statement_timeout",
                  "lock_timeout",
                  "transaction_timeout",
                  "idle_session_timeout",
                  "idle_in_transaction_session_timeout")
              .filter(name -> major >= 17 || !name.equals("transaction_timeout"))
              .toList();
      timeouts.forEach(name -> server.run("ALTER ROLE postgres SET " + name + " = '1h'"));
      server.run(
          "CREATE FUNCTION public.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "ALTER ROLE postgres SET search_path = public, pg_catalog");
      ServerAddress address = ServerAddress.parse(server.url("postgres"), Map.of());
      try (ServerSession session = ServerSession.open(address)) {
        for (String name : timeouts) {
          assertThat(shown(session, name)).isEqualTo("0");
        }
        assertThat(shown(session, "application_name")).isEqualTo("mockupaws");
      }
    }
  }

  private static String shown(ServerSession session, String setting) {
    return session.one("asking", "SHOW " + setting, row -> row.getString(1));
  }

  @EveryVersion
  void whatAServerLacksIsNamedWithWhatItTakes(int major) {
    EmbeddedPostgresBuilder unfit =
        EmbeddedPostgres.builder(major)
            .checksums(false)
            .setting("wal_level", "minimal")
            .setting("max_wal_senders", "0")
            .setting("max_replication_slots", "0")
            .setting("full_page_writes", "off");
    List<String> warned =
        new ArrayList<>(List.of("full_page_writes", "data_checksums", "max_slot_wal_keep_size"));
    if (major == 18) {
      unfit.setting("idle_replication_slot_timeout", "1h");
      warned.add("idle_replication_slot_timeout");
    }
    try (EmbeddedPostgres server = unfit.start()) {
      ServerAddress address = ServerAddress.parse(server.url("postgres"), Map.of());
      List<Finding> findings = new Initialisation(address, "mockupaws_it").check();
      assertThat(findings)
          .filteredOn(finding -> finding.weight() == Finding.Weight.MISSING)
          .extracting(Finding::subject)
          .containsExactlyInAnyOrder(
              "pg_hba.conf", "wal_level", "max_wal_senders", "max_replication_slots");
      assertThat(findings)
          .filteredOn(finding -> finding.weight() == Finding.Weight.WARNING)
          .extracting(Finding::subject)
          .containsExactlyInAnyOrderElementsOf(warned);
      assertThat(findings)
          .filteredOn(Finding::restart)
          .extracting(Finding::subject)
          .containsExactlyInAnyOrder(
              "wal_level", "max_wal_senders", "max_replication_slots", "data_checksums");
      assertThat(findings).allMatch(f -> f.remedy().isEmpty() == isFine(f));
    }
  }

  private static boolean isFine(Finding finding) {
    return finding.weight() == Finding.Weight.FINE;
  }
}
