package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.it.support.EveryVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damage on the server's disk is found while it is read, and named. */
class CorruptPageIT {
  private static final int PAGE = 8192;

  @EveryVersion
  void damagedPagesAreNamedInBothModes(int major) throws IOException {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(major).setting("autovacuum", "off").start()) {
      server.run("CREATE DATABASE shop");
      try (Sql sql = server.sql("shop")) {
        sql.run(
            "CREATE SCHEMA sales",
            "CREATE TABLE sales.orders AS SELECT n, repeat(md5(n::text), 8) AS t"
                + " FROM generate_series(1, 20000) n",
            "CREATE INDEX by_number ON sales.orders (n)",
            "CREATE TABLE notes (t text)",
            "ALTER TABLE notes ALTER t SET STORAGE EXTERNAL",
            "INSERT INTO notes SELECT repeat(md5(n::text), 200) FROM generate_series(1, 100) n",
            "CHECKPOINT");
        flip(server, sql, "sales.orders", 17, 3000);
        flip(server, sql, "sales.orders", 300, 8191);
        flip(server, sql, "sales.by_number", 5, 100);
        flip(
            server,
            sql,
            sql.value("SELECT reltoastrelid::regclass FROM pg_class" + " WHERE relname = 'notes'"),
            2,
            500);
        write(server, sql, "sales.orders", 40, new byte[PAGE]);
        byte[] noHeader = new byte[PAGE];
        noHeader[5000] = 7;
        write(server, sql, "sales.orders", 41, noHeader);
      }
      Bench bench = Bench.of(server.url("postgres"));
      for (Reading reading : new Reading[] {Reading.SQL, Reading.DIRECT}) {
        BackupResult backup = bench.take(reading);
        assertThat(backup.isSound()).isFalse();
        assertThat(backup.corruptPageCount()).isEqualTo(5);
        assertThat(backup.corruptPages())
            .extracting(CorruptPage::relation, CorruptPage::block)
            .satisfiesExactlyInAnyOrder(
                page -> assertThat(page.toList()).containsExactly("shop: sales.orders", 17L),
                page -> assertThat(page.toList()).containsExactly("shop: sales.orders", 41L),
                page -> assertThat(page.toList()).containsExactly("shop: sales.orders", 300L),
                page -> assertThat(page.toList()).containsExactly("shop: sales.by_number", 5L),
                page ->
                    assertThat(page.toList())
                        .satisfies(
                            fields ->
                                assertThat(fields.getFirst().toString())
                                    .startsWith("shop: pg_toast.pg_toast_")
                                    .endsWith(" of public.notes"))
                        .last()
                        .isEqualTo(2L));
        assertThat(backup.corruptPages())
            .filteredOn(page -> page.block() == 41)
            .singleElement()
            .satisfies(page -> assertThat(page.reason()).contains("no header"));
        assertThat(bench.cluster().manifest(backup.id()).head().corruptPages())
            .isEqualTo(backup.corruptPages());
      }
    }
  }

  private static void flip(EmbeddedPostgres server, Sql sql, String relation, int block, int at)
      throws IOException {
    try (FileChannel file = open(server, sql, relation)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, (long) block * PAGE + at);
      one.put(0, (byte) ~one.get(0)).rewind();
      file.write(one, (long) block * PAGE + at);
    }
  }

  private static void write(
      EmbeddedPostgres server, Sql sql, String relation, int block, byte[] page)
      throws IOException {
    try (FileChannel file = open(server, sql, relation)) {
      file.write(ByteBuffer.wrap(page), (long) block * PAGE);
    }
  }

  private static FileChannel open(EmbeddedPostgres server, Sql sql, String relation)
      throws IOException {
    Path file =
        server
            .dataDirectory()
            .resolve(sql.value("SELECT pg_relation_filepath('" + relation + "')"));
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
