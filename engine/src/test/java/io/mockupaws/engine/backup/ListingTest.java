package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.DirectoryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  private static Listing listing() {
    return new Listing(new Exclusions("PG_17_202406281", 17, List.of()));
  }

  private static List<String> paths(Listing listing) {
    return IntStream.range(0, listing.limit())
        .filter(file -> !listing.isLeft(file))
        .mapToObj(listing::path)
        .toList();
  }

  @Test
  void keepsWhatItIsTold() {
    Listing listing = listing();
    listing.addFile("base/5/größe", 3_000_000_000L, TIME, TIME, 0640);
    listing.addFile("PG_VERSION", 3, TIME, TIME, 0600);
    listing.seal();
    assertThat(listing.file(0))
        .isEqualTo(new Listing.Listed("base/5/größe", 3_000_000_000L, TIME, 0640));
    assertThat(listing.files()).isEqualTo(2);
    assertThat(listing.bytes()).isEqualTo(3_000_000_003L);
  }

  @Test
  void leavesOutUnloggedRelationsButForTheirInitForks() {
    Listing listing = listing();
    List<String> unlogged =
        List.of("base/5/16384", "base/5/16384.1", "base/5/16384_fsm", "base/5/16384_vm");
    List<String> kept =
        List.of(
            "base/5/16384_init",
            "base/5/16385",
            "base/6/16384",
            "global/16384",
            "pg_tblspc/1/PG_17_202406281/5/16384");
    unlogged.forEach(path -> listing.addFile(path, 8, TIME, TIME, 0600));
    kept.forEach(path -> listing.addFile(path, 8, TIME, TIME, 0600));
    listing.addFile("pg_tblspc/2/PG_17_202406281/5/7", 8, TIME, TIME, 0600);
    listing.addFile("pg_tblspc/2/PG_17_202406281/5/7_init", 8, TIME, TIME, 0600);
    listing.seal();
    List<String> expected = new ArrayList<>(kept);
    expected.add("pg_tblspc/2/PG_17_202406281/5/7_init");
    assertThat(paths(listing)).containsExactlyElementsOf(expected);
    assertThat(listing.bytes()).isEqualTo(8L * expected.size());
  }

  @Test
  void keepsEmptyDirectories() {
    Listing listing = listing();
    assertThat(listing.addDirectory("base", 0700)).isTrue();
    assertThat(listing.addDirectory("pg_wal", 0750)).isFalse();
    assertThat(listing.addDirectory("pg_notify", 0700)).isFalse();
    assertThat(listing.addDirectory("base/pgsql_tmp", 0700)).isFalse();
    assertThat(listing.directories())
        .containsExactly(
            new DirectoryEntry("base", 0700),
            new DirectoryEntry("pg_wal", 0750),
            new DirectoryEntry("pg_wal/archive_status", 0750),
            new DirectoryEntry("pg_wal/summaries", 0750),
            new DirectoryEntry("pg_notify", 0700));
  }

  @Test
  void holdsManyFiles() {
    Listing listing = listing();
    int many = 200_000;
    for (int i = 0; i < many; i++) {
      listing.addFile("base/5/" + (16384 + i), i, TIME, TIME, 0600);
    }
    listing.seal();
    assertThat(listing.files()).isEqualTo(many);
    assertThat(listing.file(123_456).path()).isEqualTo("base/5/" + (16384 + 123_456));
    assertThat(listing.file(many - 1).size()).isEqualTo(many - 1L);
  }
}
