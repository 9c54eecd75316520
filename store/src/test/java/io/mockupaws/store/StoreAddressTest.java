package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreAddressTest {

  @ParameterizedTest
  @CsvSource({
    "file:///var/backups/m, /var/backups/m",
    "file:///var/backups/m/, /var/backups/m",
    "file:/var/backups/m, /var/backups/m",
    "file://localhost/var/m, /var/m",
    "FILE:///var/m, /var/m",
    "file:///with%20space/%C3%BC, /with space/ü",
    "/var/backups/m/, /var/backups/m",
    "/var/../var/./m, /var/m",
    "'  /var/m ', /var/m",
    "/a:b/c, /a:b/c",
  })
  void readsDirectories(String text, String path) {
    assertThat(StoreAddress.parse(text)).isEqualTo(new StoreAddress.Directory(Path.of(path)));
  }

  @Test
  void relativePathsAreMadeAbsolute() {
    assertThat(StoreAddress.parse("some/where"))
        .isEqualTo(new StoreAddress.Directory(Path.of("some/where").toAbsolutePath()));
  }

  @Test
  void readsBucketsWithAllOptions() {
    var address =
        (StoreAddress.Bucket)
            StoreAddress.parse(
                "s3://my-bucket.x/some/prefix/?endpoint=http://127.0.0.1:9000&path-style=false"
                    + "&region=eu-central-1&checksums=when-supported&part-size=16MiB&storage-class=STANDARD_IA"
                    + "&lock=30d&lock-mode=compliance");
    assertThat(address)
        .isEqualTo(
            new StoreAddress.Bucket(
                "my-bucket.x",
                "some/prefix/",
                Optional.of(URI.create("http://127.0.0.1:9000")),
                Optional.of(false),
                Optional.of("eu-central-1"),
                Optional.of(ChecksumMode.WHEN_SUPPORTED),
                OptionalInt.of(16 << 20),
                Optional.of(StorageClass.STANDARD_IA),
                Optional.of(new ObjectLock(30, ObjectLock.Mode.COMPLIANCE))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket", "s3://bucket/", "S3://bucket"})
  void readsBareBuckets(String text) {
    assertThat(StoreAddress.parse(text).text()).isEqualTo("s3://bucket");
  }

  @ParameterizedTest
  @CsvSource({
    "5MiB, 5242880",
    "5m, 5242880",
    "5242880, 5242880",
    "8192KiB, 8388608",
    "1GiB, 1073741824",
    "64M, 67108864",
  })
  void readsPartSizes(String text, int bytes) {
    var address = (StoreAddress.Bucket) StoreAddress.parse("s3://bucket?part-size=" + text);
    assertThat(address.partSize()).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///var/backups/m",
        "file:///with%20space/%C3%BC",
        "s3://bucket",
        "s3://bucket/prefix",
        "s3://bucket/a/b?endpoint=http://127.0.0.1:9000&path-style=true&region=r&part-size=5242880",
        "s3://bucket?checksums=when-required",
        "s3://bucket?storage-class=STANDARD_IA",
        "s3://bucket?lock=30d&lock-mode=governance",
        "s3://bucket?lock=36500d&lock-mode=compliance",
      })
  void writesWhatItReads(String text) {
    StoreAddress address = StoreAddress.parse(text);
    assertThat(address.text()).isEqualTo(text);
    assertThat(address.toString()).isEqualTo(text);
    assertThat(StoreAddress.parse(address.text())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "http://bucket",
        "gs://bucket",
        "s3:",
        "s3:bucket",
        "s3:///prefix",
        "s3://",
        "s3://b",
        "s3://bu cket",
        "s3://bucket:80",
        "s3://bucket/a//b",
        "s3://bucket/.hidden",
        "s3://bucket/sp%20ace",
        "s3://bucket#part",
        "s3://bucket?part-size=4MiB",
        "s3://bucket?part-size=2GiB",
        "s3://bucket?part-size=99999999999999999999",
        "s3://bucket?part-size=big",
        "s3://bucket?path-style=maybe",
        "s3://bucket?checksums=never",
        "s3://bucket?storage-class=DEEP_ARCHIVE",
        "s3://bucket?storage-class=GLACIER",
        "s3://bucket?storage-class=",
        "s3://bucket?lock=",
        "s3://bucket?lock=0d",
        "s3://bucket?lock=30",
        "s3://bucket?lock=4w",
        "s3://bucket?lock=36600d",
        "s3://bucket?lock=30d&lock-mode=legal",
        "s3://bucket?lock-mode=compliance",
        "s3://bucket?endpoint=127.0.0.1:9000",
        "s3://bucket?endpoint=ftp://host",
        "s3://bucket?endpoint=http://",
        "s3://bucket?endpoint=http://host?x=y",
        "s3://bucket?region=here%20there",
        "s3://bucket?region=a&region=b",
        "file://host/path",
        "file:relative",
        "file:///path?x=y",
        "s3://bucket?endpoint=%zz",
        "s3://bucket?region=%zz",
      })
  void refusesWithAnExample(String text) {
    assertThatThrownBy(() -> StoreAddress.parse(text))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.BAD_ADDRESS);
              assertThat(failure.nextStep()).contains("s3://bucket/prefix");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://AKIA:topsecret@bucket/prefix",
        "s3://bucket?secret_access_key=topsecret",
        "s3://bucket?topsecret",
        "s3://bucket?endpoint=http://user:topsecret@host",
        "s3://bucket?endpoint=topsecret",
        "s3://bucket?region=topsecret%20",
        "s3://bu cket:topsecret@x",
        "s3://key:top%secret@bucket?topsecret",
      })
  void neverRepeatsASecret(String text) {
    assertThatThrownBy(() -> StoreAddress.parse(text))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              for (Throwable t = failure; t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("secret");
              }
              assertThat(failure.nextStep()).doesNotContain("topsecret");
            });
  }

  @Test
  void takesTheEnvironmentsHints() {
    StoreOptions options =
        StoreOptions.of(
            Map.of(
                "AWS_ENDPOINT_URL", "http://all",
                "AWS_ENDPOINT_URL_S3", " http://s3-only:9000 ",
                "AWS_REGION", "eu-west-1",
                "BACKUP_REGION", "eu-central-1",
                "AWS_SECRET_ACCESS_KEY", "topsecret"));
    assertThat(options.endpoint()).hasValue(URI.create("http://s3-only:9000"));
    assertThat(options.region()).hasValue("eu-central-1");
    assertThat(options.credentials()).isEmpty();
    assertThat(options.toString()).doesNotContain("topsecret");
    assertThat(StoreOptions.of(Map.of("AWS_REGION", "eu-west-1")).region()).hasValue("eu-west-1");
    assertThat(StoreOptions.of(Map.of("AWS_ENDPOINT_URL_S3", "")).endpoint()).isEmpty();
    assertThatThrownBy(() -> StoreOptions.of(Map.of("AWS_ENDPOINT_URL_S3", "nonsense")))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ErrorCode.BAD_ADDRESS));
  }

  @Test
  void credentialsAreNotPrinted() {
    S3Credentials credentials =
        new S3Credentials("AKIATEST", "topsecret", Optional.of("topsecrettoken"));
    assertThat(credentials.toString()).doesNotContain("AKIATEST").doesNotContain("topsecret");
    assertThat(StoreOptions.none().withCredentials(credentials).toString())
        .doesNotContain("topsecret");
  }
}
