package io.mockupaws.engine.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.KmsKey;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Repositories that were written once and are kept as files: what an operator wrote with one
 * release opens with every later one. {@link #main} wrote them; it is run again only for a new
 * format.
 */
class GoldenRepositoryTest {
  private static final String RAW = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
  private static final String PASSPHRASE = "correct horse battery staple";
  private static final BackupId BACKUP = new BackupId("20260407T120000Z-full-1a2b");
  private static final byte[] RELATION = "a page of rows ".repeat(50_000).getBytes(UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"raw", "passphrase", "none", "rotated", "kms"})
  void aRepositoryOfFormatOneOpens(String kind) throws Exception {
    try (Repository repository =
        Repository.open(golden(kind), secretOf(kind), new SecureRandom())) {
      assertThat(repository.clusters()).containsExactly("prod");
      ClusterRepository cluster = repository.cluster("prod");
      assertThat(cluster.identity().systemIdentifier()).isEqualTo(7_600_000_000_000_000_001L);
      assertThat(cluster.backups())
          .containsExactly(head(cluster.backups().getFirst().sealedBytes()));
      List<FileEntry> files = new ArrayList<>();
      cluster
          .manifest(BACKUP)
          .forEach(
              new ManifestVisitor() {
                @Override
                public void file(FileEntry file) {
                  files.add(file);
                }
              });
      assertThat(content(cluster, files.getFirst())).isEqualTo(RELATION);
      assertThat(files.getFirst().crc32c()).hasValue(crc(RELATION));
      try (SealedInput in =
          cluster.open(cluster.key("wal/00000001/000000010000000000000003"), ObjectKind.SEGMENT)) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("segment");
        assertThat(new String(in.trailer(), UTF_8)).isEqualTo("{}");
      }
    }
  }

  @Test
  void theMarkIsWhatTheFormatSays() throws Exception {
    Path mark = Path.of(folder("raw")).resolve("repository");
    assertThat(Files.readString(mark))
        .matches(
            "\\{\"magic\":\"mockupaws repository\",\"format\":1,\"id\":\"[0-9a-f-]{36}\","
                + "\"encryption\":\"aes-256-gcm\"}\n[0-9a-f]{64}\n");
  }

  /** Its first key was replaced by a passphrase, and is kept under it. */
  @Test
  void aRotatedRepositoryOpensWithBothKeysAndKeepsTheFormerOne() throws Exception {
    try (Repository repository =
        Repository.open(golden("rotated"), Optional.of(Secret.of(RAW)), new SecureRandom())) {
      assertThat(repository.cluster("prod").backups()).hasSize(1);
      assertThat(repository.keys().openers(Secret.of(RAW)))
          .extracting(opener -> opener.fingerprint().orElse(""))
          .containsExactlyInAnyOrder("6e0548a966b7318a", "ad5b36e9fbb71d8b");
    }
    try (Repository repository =
        Repository.open(
            golden("rotated"), Optional.of(Secret.of(PASSPHRASE)), new SecureRandom())) {
      assertThat(repository.keys().former(Secret.of(PASSPHRASE)))
          .singleElement()
          .satisfies(
              former -> {
                assertThat(former.secret().reveal()).isEqualTo(RAW);
                assertThat(former.fingerprint()).isEqualTo("6e0548a966b7318a");
              });
    }
  }

  /** What the first release wrote is rotated as it is. */
  @Test
  void aRepositoryOfTheFirstReleaseIsRotated(@TempDir Path folder) throws Exception {
    Path golden = Path.of(folder("raw"));
    try (Stream<Path> all = Files.walk(golden)) {
      for (Path path : all.toList()) {
        Path to = folder.resolve(golden.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
        } else {
          Files.copy(path, to);
        }
      }
    }
    Secret old = Secret.of(RAW);
    Secret next = Secret.of(PASSPHRASE);
    try (Repository repository = at(folder, old)) {
      assertThat(repository.keys().rotate(old, next, Instant.EPOCH).made()).isTrue();
    }
    for (Secret secret : List.of(old, next)) {
      try (Repository repository = at(folder, secret)) {
        assertThat(repository.cluster("prod").backups()).hasSize(1);
      }
    }
  }

  private static Repository at(Path folder, Secret secret) {
    return Repository.open(
        Stores.open(StoreAddress.parse(folder.toUri().toString()), StoreOptions.none()),
        Optional.of(secret),
        new SecureRandom());
  }

  private static byte[] content(ClusterRepository cluster, FileEntry file) {
    Run run = file.runs().getFirst();
    PackTable pack = cluster.manifest(BACKUP).packs().get(run.pack());
    ByteBuffer content = ByteBuffer.allocate((int) file.size());
    cluster
        .packReader()
        .read(pack, run.frame(), pack.frames() - 1, (number, frame) -> content.put(frame));
    return content.array();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static Optional<MasterKey> secretOf(String kind) {
    return switch (kind) {
      case "kms" -> Optional.of(new KmsKey(new FakeKms(), FakeKms.KEY));
      case "raw" -> Optional.of(Secret.of(RAW));
      case "passphrase", "rotated" -> Optional.of(Secret.of(PASSPHRASE));
      default -> Optional.empty();
    };
  }

  private static java.net.URI folder(String kind) throws URISyntaxException {
    return Objects.requireNonNull(
            GoldenRepositoryTest.class.getResource("format-1-" + kind + "/repository"))
        .toURI()
        .resolve(".");
  }

  private static Store golden(String kind) throws URISyntaxException {
    return Stores.open(
        StoreAddress.parse(Path.of(folder(kind)).toUri().toString()), StoreOptions.none());
  }

  private static ManifestHead head(long sealedBytes) {
    return new ManifestHead(
        BACKUP,
        BackupKind.FULL,
        "prod",
        7_600_000_000_000_000_001L,
        150020,
        new Timeline(1),
        Lsn.parse("0/3000028"),
        Lsn.parse("0/3000158"),
        Instant.parse("2026-04-07T12:00:00Z"),
        Instant.parse("2026-04-07T12:00:09Z"),
        16 << 20,
        8192,
        true,
        "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n",
        false,
        "direct",
        "/var/lib/postgresql/15/main",
        0700,
        Map.of("max_connections", "100"),
        List.of(),
        1,
        RELATION.length,
        sealedBytes,
        List.of());
  }

  /** Writes golden repositories below the directory that is given: those that are named. */
  public static void main(String[] arguments) throws IOException {
    for (String kind : List.of(arguments).subList(1, arguments.length)) {
      Path folder = Path.of(arguments[0], "format-1-" + kind).toAbsolutePath();
      Store store =
          Stores.create(StoreAddress.parse(folder.toUri().toString()), StoreOptions.none());
      boolean rotated = kind.equals("rotated");
      Optional<MasterKey> secret = secretOf(rotated ? "raw" : kind);
      try (Repository repository = Repository.create(store, secret, new SecureRandom())) {
        if (rotated) {
          repository
              .keys()
              .rotate(Secret.of(RAW), Secret.of(PASSPHRASE), Instant.parse("2026-04-08T00:00:00Z"));
        }
        write(
            repository.createCluster(
                new ClusterIdentity(
                    "prod",
                    7_600_000_000_000_000_001L,
                    15,
                    16 << 20,
                    Instant.parse("2026-04-07T11:00:00Z"))));
      }
    }
  }

  private static void write(ClusterRepository cluster) throws IOException {
    PackSet packs = cluster.newPacks(BACKUP, PackSet.DEFAULT_PACK_BYTES);
    try (PackStream stream = packs.open();
        ManifestLog log = new ManifestLog()) {
      stream.beginFile();
      stream.write(ByteBuffer.wrap(RELATION.clone()));
      log.add(
          new FileEntry(
              "base/5/16384",
              FileEntry.Origin.DATA,
              RELATION.length,
              0600,
              Instant.parse("2026-04-07T11:59:00Z"),
              crc(RELATION),
              stream.endFile()));
      stream.finish();
      cluster.commit(head(packs.sealedBytes()), packs.finish(), log);
    }
    try (SealedUpload segment =
        cluster.upload(cluster.key("wal/00000001/000000010000000000000003"), ObjectKind.SEGMENT)) {
      segment.write("segment".getBytes(UTF_8));
      segment.commit("{}".getBytes(UTF_8));
    }
  }
}
