package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.AnsweringHttpClient.Answer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which class of storage objects are made. */
final class StorageClassTest {
  private static final String HEADER = "x-amz-storage-class";
  private static final ObjectKey PACK = ObjectKey.of("clusters/shop/packs/backup/000000");
  private static final int PART = 5 << 20;

  private final AnsweringHttpClient http =
      new AnsweringHttpClient(
          _ ->
              Answer.of(
                  200,
                  "<InitiateMultipartUploadResult><UploadId>7</UploadId>"
                      + "</InitiateMultipartUploadResult>"));

  private Store store(String options) {
    var address =
        (StoreAddress.Bucket)
            StoreAddress.parse("s3://bucket/p?endpoint=http://s3.test&part-size=5MiB" + options);
    StoreOptions credentials =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    return new S3Store(
        address, new S3Connection(address, credentials, () -> http, Duration.ofSeconds(60)));
  }

  private static void upload(Store store, ObjectKey key, int bytes) {
    try (Upload upload = store.upload(key)) {
      for (int left = bytes; left > 0; left -= PART) {
        upload.part(ByteBuffer.allocate(Math.min(left, PART)));
      }
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
  }

  @Test
  void dumpsAreMadeInItToo() {
    Store store = store("&storage-class=STANDARD_IA");
    store.create(
        ObjectKey.of("backups/full/20260407/shop_full_20260407_120000.sql.gz.enc"), new byte[1]);
    store.create(
        ObjectKey.of("shop/backups/globals/20260407/shop_globals_20260407_120000.sql.gz.enc"),
        new byte[1]);
    assertThat(http.header(HEADER)).containsOnly("STANDARD_IA");
  }

  @Test
  void onAwsPacksAreMadeInStandardIaUnlessTheAddressSaysOtherwise() {
    for (String options : new String[] {"", "?storage-class=STANDARD"}) {
      var address = (StoreAddress.Bucket) StoreAddress.parse("s3://bucket" + options);
      StoreOptions credentials =
          StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
      Store store =
          new S3Store(
              address, new S3Connection(address, credentials, () -> http, Duration.ofSeconds(60)));
      store.create(PACK, new byte[1]);
    }
    assertThat(http.header(HEADER)).containsExactly("STANDARD_IA", "STANDARD");
  }

  @Test
  void packsAreMadeInTheClassThatTheAddressNames() {
    Store store = store("&storage-class=STANDARD_IA");
    store.create(PACK, new byte[1]);
    upload(store, PACK, 1);
    upload(store, PACK, PART);
    assertThat(http.header(HEADER))
        .as("two at once; of the one by parts its beginning says it")
        .containsExactly("STANDARD_IA", "STANDARD_IA", "STANDARD_IA", "-", "-");
  }

  @ParameterizedTest
  @CsvSource({
    "clusters/shop/lease/stream/0000000000000001",
    "clusters/shop/tail/000000010000000000000001/00000000-00000010",
    "clusters/shop/wal/00000001/000000010000000000000001",
    "clusters/shop/backups/20260407T120000Z-full-0001",
    "clusters/shop/notes/20260407T120000Z-full-0001/000000",
    "backups/full/20260407/shop_full_20260407_120000.sql.gz.enc.sidecar",
  })
  void whatIsOftenReadOrSoonRemovedStaysInTheBucketsOwn(String key) {
    Store store = store("&storage-class=STANDARD_IA");
    store.create(ObjectKey.of(key), new byte[1]);
    upload(store, ObjectKey.of(key), PART);
    assertThat(http.header(HEADER)).containsOnly("-");
  }

  @Test
  void withoutTheOptionAServerOfOthersDecides() {
    Store store = store("");
    store.create(PACK, new byte[1]);
    upload(store, PACK, PART);
    assertThat(http.header(HEADER)).containsOnly("-");
  }

  @Test
  void aServerTakesIt(@TempDir Path folder) {
    try (S3TestServer server = new S3TestServer(folder)) {
      server.bucket("bucket");
      try (Store store =
          Stores.openOnce(
              StoreAddress.parse("s3://bucket?part-size=5MiB&storage-class=STANDARD_IA"),
              server.options())) {
        store.create(PACK, new byte[1]);
        ObjectKey large = ObjectKey.of("clusters/shop/packs/backup/000001");
        upload(store, large, PART + 1);
        assertThat(store.stat(PACK).orElseThrow().size()).isEqualTo(1);
        assertThat(store.stat(large).orElseThrow().size()).isEqualTo(PART + 1);
      }
    }
  }
}
