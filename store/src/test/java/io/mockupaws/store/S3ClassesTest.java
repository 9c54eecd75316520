package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.AnsweringHttpClient.Answer;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Requests and answers about classes of storage, in S3's own words. */
final class S3ClassesTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/shop/packs/backup/000000");
  private static final String COPIED = "<CopyObjectResult><ETag>\"b\"</ETag></CopyObjectResult>";
  private static final long GIB = 1L << 30;

  private AnsweringHttpClient http = new AnsweringHttpClient(_ -> Answer.of(200, ""));

  private StorageClasses classes(String options, Function<SdkHttpRequest, Answer> answers) {
    http = new AnsweringHttpClient(answers);
    StoreAddress.Bucket bucket =
        (StoreAddress.Bucket) StoreAddress.parse("s3://bucket/p" + options);
    StoreOptions credentials =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    S3Connection connection =
        new S3Connection(bucket, credentials, () -> http, Duration.ofSeconds(60));
    return RetryingStore.of(
            new S3Store(bucket, connection), RetryPolicy.none(), RetryListener.silent())
        .classes()
        .orElseThrow();
  }

  private StorageClasses classes(Function<SdkHttpRequest, Answer> answers) {
    return classes("?endpoint=http://s3.test", answers);
  }

  private static Answer head(String storageClass) {
    return Answer.of(200, "").with("x-amz-storage-class", storageClass).with("ETag", "\"a\"");
  }

  private static boolean isHead(SdkHttpRequest request) {
    return request.method() == SdkHttpMethod.HEAD;
  }

  private static StoredAs storedAs(long size) {
    return new StoredAs(
        Optional.of(StorageClass.STANDARD_IA), size, "\"a\"", false, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "'',STANDARD,false",
    "STANDARD_IA,STANDARD_IA,false",
    "GLACIER,GLACIER,true",
    "DEEP_ARCHIVE,DEEP_ARCHIVE,true",
    "GLACIER_IR,,false",
    "INTELLIGENT_TIERING,,false",
  })
  void anObjectLiesWhereS3Says(String said, StorageClass expected, boolean frozen) {
    StoredAs stored =
        classes(_ -> said.isEmpty() ? Answer.of(200, "") : head(said)).storedAs(KEY).orElseThrow();
    assertThat(stored.storageClass()).isEqualTo(Optional.ofNullable(expected));
    assertThat(stored.isFrozen()).isEqualTo(frozen);
  }

  @Test
  void athawedCopyIsToldFromOneThatIsMade() {
    String restore = "x-amz-restore";
    StoredAs asked =
        classes(_ -> head("GLACIER").with(restore, "ongoing-request=\"true\""))
            .storedAs(KEY)
            .orElseThrow();
    assertThat(asked.thawing()).isTrue();
    assertThat(asked.isFrozen()).isTrue();
    StoredAs thawed =
        classes(
                _ ->
                    head("GLACIER")
                        .with(
                            restore,
                            "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2026 00:00:00"
                                + " GMT\""))
            .storedAs(KEY)
            .orElseThrow();
    assertThat(thawed.thawing()).isFalse();
    assertThat(thawed.isFrozen()).isFalse();
    assertThat(classes(_ -> Answer.of(404, "")).storedAs(KEY)).isEmpty();
  }

  @Test
  void anObjectIsCopiedOntoItselfIfItIsStillTheSame() {
    StorageClasses classes =
        classes(request -> isHead(request) ? head("GLACIER") : Answer.of(200, COPIED));
    assertThat(classes.move(KEY, storedAs(5), StorageClass.GLACIER)).isTrue();
    assertThat(http.requests())
        .containsExactly("PUT s3.test /bucket/p/" + KEY, "HEAD s3.test /bucket/p/" + KEY);
    assertThat(http.header("x-amz-copy-source").getFirst()).isEqualTo("bucket/p/" + KEY);
    assertThat(http.header("x-amz-copy-source-if-match").getFirst()).isEqualTo("\"a\"");
    assertThat(http.header("x-amz-storage-class").getFirst()).isEqualTo("GLACIER");
  }

  @Test
  void aCopyWhoseAnswerWasLostIsFoundMade() {
    for (String refusal : List.of("PreconditionFailed", "InvalidObjectState")) {
      StorageClasses classes =
          classes(
              request ->
                  isHead(request)
                      ? head("GLACIER")
                      : Answer.error(refusal.startsWith("P") ? 412 : 403, refusal));
      assertThat(classes.move(KEY, storedAs(5), StorageClass.GLACIER)).isTrue();
    }
  }

  @Test
  void anObjectThatChangedOrWentIsLeftAlone() {
    for (int status : List.of(412, 404)) {
      StorageClasses classes =
          classes(
              request ->
                  isHead(request)
                      ? head("STANDARD_IA")
                      : Answer.error(status, "PreconditionFailed"));
      assertThat(classes.move(KEY, storedAs(5), StorageClass.GLACIER)).isFalse();
    }
  }

  @Test
  void aLargeOneIsCopiedByParts() {
    StorageClasses classes =
        classes(
            request -> {
              String query = request.encodedQueryParameters().orElse("");
              if (isHead(request)) {
                return head("DEEP_ARCHIVE");
              }
              if (query.contains("partNumber")) {
                return Answer.of(200, "<CopyPartResult><ETag>\"p\"</ETag></CopyPartResult>");
              }
              return Answer.of(
                  200,
                  query.startsWith("uploads")
                      ? "<InitiateMultipartUploadResult><UploadId>7</UploadId>"
                          + "</InitiateMultipartUploadResult>"
                      : "<CompleteMultipartUploadResult/>");
            });
    assertThat(classes.move(KEY, storedAs(5 * GIB + 1), StorageClass.DEEP_ARCHIVE)).isTrue();
    assertThat(http.header("x-amz-copy-source-range").subList(1, 7))
        .containsExactly(
            "bytes=0-" + (GIB - 1),
            "bytes=" + GIB + "-" + (2 * GIB - 1),
            "bytes=" + 2 * GIB + "-" + (3 * GIB - 1),
            "bytes=" + 3 * GIB + "-" + (4 * GIB - 1),
            "bytes=" + 4 * GIB + "-" + (5 * GIB - 1),
            "bytes=" + 5 * GIB + "-" + 5 * GIB);
    assertThat(http.header("x-amz-copy-source-if-match").subList(1, 7)).containsOnly("\"a\"");
    assertThat(http.header("x-amz-storage-class").getFirst()).isEqualTo("DEEP_ARCHIVE");
  }

  @Test
  void aBrokenCopyByPartsLeavesNothing() {
    StorageClasses classes =
        classes(
            request -> {
              String query = request.encodedQueryParameters().orElse("");
              if (isHead(request)) {
                return head("STANDARD_IA");
              }
              if (query.contains("partNumber=2")) {
                return Answer.error(412, "PreconditionFailed");
              }
              return Answer.of(
                  200,
                  query.startsWith("uploads")
                      ? "<InitiateMultipartUploadResult><UploadId>7</UploadId>"
                          + "</InitiateMultipartUploadResult>"
                      : "<CopyPartResult><ETag>\"p\"</ETag></CopyPartResult>");
            });
    assertThat(classes.move(KEY, storedAs(6 * GIB), StorageClass.GLACIER)).isFalse();
    assertThat(http.requests())
        .filteredOn(request -> request.startsWith("DELETE"))
        .singleElement()
        .asString()
        .endsWith("?uploadId=7");
  }

  @Test
  void aServerWithoutTheClassIsToldSo() {
    StorageClasses refusing =
        classes(
            request ->
                isHead(request) ? head("STANDARD_IA") : Answer.error(400, "InvalidStorageClass"));
    StorageClasses ignoring =
        classes(request -> isHead(request) ? Answer.of(200, "") : Answer.of(200, COPIED));
    for (StorageClasses classes : List.of(refusing, ignoring)) {
      StoreException fault =
          catchThrowableOfType(
              StoreException.class, () -> classes.move(KEY, storedAs(5), StorageClass.GLACIER));
      assertThat(fault.code()).isEqualTo(ErrorCode.STORE_CLASS);
      assertThat(fault.nextStep()).contains("storage-class=STANDARD");
    }
  }

  @Test
  void whatIsFrozenIsAskedForOnce() {
    StorageClasses classes = classes(_ -> Answer.of(202, ""));
    classes.thaw(KEY, Thaw.BULK, Duration.ofDays(7));
    assertThat(http.requests()).containsExactly("POST s3.test /bucket/p/" + KEY + "?restore");
    assertThat(http.bodies().getFirst()).contains("<Days>7</Days>").contains("<Tier>Bulk</Tier>");
    StorageClasses already = classes(_ -> Answer.error(409, "RestoreAlreadyInProgress"));
    already.thaw(KEY, Thaw.STANDARD, Duration.ofDays(7));
    StorageClasses denied = classes(_ -> Answer.error(403, "AccessDenied"));
    StoreException fault =
        catchThrowableOfType(
            StoreException.class, () -> denied.thaw(KEY, Thaw.STANDARD, Duration.ofDays(7)));
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_DENIED);
    assertThat(fault.nextStep()).contains("s3:RestoreObject");
  }

  @ParameterizedTest
  @CsvSource({
    "'',true",
    "?storage-class=STANDARD,false",
    "?storage-class=STANDARD_IA,true",
    "?endpoint=http://s3.test,false",
    "?endpoint=http://s3.test&storage-class=STANDARD_IA,true",
  })
  void objectsMoveWhereTheyAreWrittenForIt(String options, boolean moves) {
    assertThat(classes(options, _ -> Answer.of(200, "")).moves()).isEqualTo(moves);
  }

  @Test
  void aCopyThatCanBeReadIsFoundInAnotherStore() throws Exception {
    Store frozen =
        new ForwardingStore(Stores.inMemory()) {
          @Override
          public InputStream read(ObjectKey key, long offset) {
            throw frozen();
          }

          @Override
          public byte[] read(ObjectKey key, long offset, int length) {
            throw frozen();
          }

          private StoreException frozen() {
            return new StoreException(ErrorCode.OBJECT_FROZEN, "frozen", "thaw it", false, null);
          }
        };
    Store warm = Stores.inMemory();
    frozen.create(KEY, new byte[] {1});
    warm.create(KEY, new byte[] {1});
    ObjectKey alone = ObjectKey.of("alone");
    frozen.create(alone, new byte[] {1});
    try (Store group = Stores.group(List.of(frozen, warm), GroupPolicy.normal())) {
      assertThat(group.read(KEY, 0, 1)).containsExactly(1);
      try (InputStream in = group.read(KEY, 0)) {
        assertThat(in.readAllBytes()).containsExactly(1);
      }
      assertThat(group.members().getFirst().away())
          .as("a frozen object is no store away")
          .isEmpty();
      StoreException fault =
          catchThrowableOfType(StoreException.class, () -> group.read(alone, 0, 1));
      assertThat(fault.code()).as("it can be had").isEqualTo(ErrorCode.OBJECT_FROZEN);
    }
  }

  @Test
  void aListingTellsTheClass() {
    AnsweringHttpClient listing =
        new AnsweringHttpClient(
            _ ->
                Answer.of(
                    200,
                    "<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
                        + "<LastModified>2026-04-07T12:00:00.000Z</LastModified>"
                        + "<StorageClass>DEEP_ARCHIVE</StorageClass></Contents>"
                        + "</ListBucketResult>"));
    StoreAddress.Bucket bucket =
        (StoreAddress.Bucket) StoreAddress.parse("s3://bucket?endpoint=http://s3.test");
    StoreOptions options =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    Store store =
        new S3Store(
            bucket, new S3Connection(bucket, options, () -> listing, Duration.ofSeconds(60)));
    assertThat(store.list("", "", 10).objects())
        .containsExactly(
            new ObjectInfo(
                ObjectKey.of("a"),
                1,
                Instant.parse("2026-04-07T12:00:00Z"),
                Optional.of(StorageClass.DEEP_ARCHIVE)));
  }
}
