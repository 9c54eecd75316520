package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.AnsweringHttpClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** What the S3 store makes of answers that the server in our tests does not give. */
final class S3AnswersTest {
  private static final ObjectKey KEY = ObjectKey.of("some/key");
  private static final int PART = 5 << 20;
  private static final RetryPolicy TWICE =
      new RetryPolicy(2, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1));

  private AnsweringHttpClient http = new AnsweringHttpClient(_ -> Answer.of(200, ""));

  private Store store(String address, Function<SdkHttpRequest, Answer> answers) {
    http = new AnsweringHttpClient(answers);
    StoreAddress.Bucket bucket = (StoreAddress.Bucket) StoreAddress.parse(address);
    StoreOptions options =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    return new S3Store(
        bucket, new S3Connection(bucket, options, () -> http, Duration.ofSeconds(60)));
  }

  private Store store(Function<SdkHttpRequest, Answer> answers) {
    return store("s3://bucket?endpoint=http://s3.test&part-size=5MiB", answers);
  }

  private Store store(Answer... answers) {
    Deque<Answer> left = new ArrayDeque<>(List.of(answers));
    return store(_ -> left.size() > 1 ? left.remove() : left.element());
  }

  private static StoreException fault(ThrowingCallable call) {
    StoreException fault = catchThrowableOfType(StoreException.class, call);
    assertThat(fault).as("a fault").isNotNull();
    return fault;
  }

  @ParameterizedTest
  @CsvSource({
    "403, InvalidAccessKeyId, STORE_CREDENTIALS, false",
    "403, SignatureDoesNotMatch, STORE_CREDENTIALS, false",
    "400, ExpiredToken, STORE_CREDENTIALS, false",
    "400, InvalidToken, STORE_CREDENTIALS, false",
    "403, RequestTimeTooSkewed, STORE_CREDENTIALS, false",
    "403, AccessDenied, STORE_DENIED, false",
    "403, AllAccessDisabled, STORE_DENIED, false",
    "404, NoSuchBucket, STORE_NO_BUCKET, false",
    "403, QuotaExceeded, STORE_FULL, false",
    "507, XMinioStorageFull, STORE_FULL, false",
    "301, PermanentRedirect, BAD_ADDRESS, false",
    "400, AuthorizationHeaderMalformed, BAD_ADDRESS, false",
    "409, ConditionalRequestConflict, STORE_CONFLICT, true",
    "501, NotImplemented, STORE_CONFLICT, false",
    "409, OperationAborted, STORE_UNREACHABLE, true",
    "400, RequestTimeout, STORE_UNREACHABLE, true",
    "400, BadDigest, STORE_UNREACHABLE, true",
    "429, TooManyRequests, STORE_UNREACHABLE, true",
    "500, InternalError, STORE_UNREACHABLE, true",
    "502, BadGateway, STORE_UNREACHABLE, true",
    "503, SlowDown, STORE_UNREACHABLE, true",
    "503, ServiceUnavailable, STORE_UNREACHABLE, true",
    "504, GatewayTimeout, STORE_UNREACHABLE, true",
    "400, InvalidArgument, STORE_UNREACHABLE, false",
    "405, MethodNotAllowed, STORE_UNREACHABLE, false",
  })
  void errorsAreToldApart(int status, String said, ErrorCode code, boolean passing) {
    Store store = store(Answer.error(status, said));
    StoreException fault = fault(() -> store.create(KEY, new byte[10]));
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.transientFault()).isEqualTo(passing);
    assertThat(fault.nextStep()).isNotBlank();
    assertThat(http.requests()).as("one try").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"500, STORE_UNREACHABLE, true", "403, STORE_DENIED, false"})
  void errorsWithoutBodyAreToldByTheirStatus(int status, ErrorCode code, boolean passing) {
    Store store = store(Answer.of(status, ""));
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> store.create(KEY, new byte[1]),
            () -> store.read(KEY, 0).close(),
            () -> store.read(KEY, 0, 1),
            () -> store.stat(KEY),
            () -> store.list("", "", 1),
            () -> store.delete(KEY))) {
      StoreException fault = fault(call);
      assertThat(fault.code()).isEqualTo(code);
      assertThat(fault.transientFault()).isEqualTo(passing);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "create, s3:PutObject",
    "upload, s3:PutObject",
    "read, s3:GetObject",
    "stat, s3:GetObject",
    "list, s3:ListBucket",
    "delete, s3:DeleteObject",
  })
  void denialNamesThePermission(String operation, String permission) {
    Store store = store(Answer.error(403, "AccessDenied"));
    StoreException fault =
        fault(
            () -> {
              switch (operation) {
                case "create" -> store.create(KEY, new byte[1]);
                case "upload" -> store.upload(KEY).part(ByteBuffer.allocate(PART));
                case "read" -> store.read(KEY, 0, 1);
                case "stat" -> store.stat(KEY);
                case "list" -> store.list("", "", 1);
                case "delete" -> store.delete(KEY);
                default -> throw new IllegalArgumentException(operation);
              }
            });
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_DENIED);
    assertThat(fault.nextStep()).contains(permission);
  }

  @Test
  void refusedHeadIsExplainedByAnAnswerWithABody() {
    Store store = store(Answer.of(400, ""), Answer.error(400, "ExpiredToken"));
    assertThat(fault(() -> store.stat(KEY)).code()).isEqualTo(ErrorCode.STORE_CREDENTIALS);
    assertThat(http.requests().stream().map(request -> request.substring(0, 3)))
        .containsExactly("HEA", "GET");
  }

  @Test
  void missingObjectInAMissingBucketIsToldOnce() {
    Store store = store(Answer.of(404, ""), Answer.error(404, "NoSuchBucket"));
    assertThat(fault(() -> store.stat(KEY)).code()).isEqualTo(ErrorCode.STORE_NO_BUCKET);
    Store there = store(Answer.of(404, ""), listing(false), Answer.of(404, ""));
    assertThat(there.stat(KEY)).isEmpty();
    assertThat(there.stat(KEY)).isEmpty();
    assertThat(http.requests()).hasSize(3);
  }

  @Test
  void aFrozenObjectIsSaidSo() {
    Store store = store(Answer.error(403, "InvalidObjectState"));
    StoreException fault = fault(() -> store.read(KEY, 0, 1));
    assertThat(fault.code()).isEqualTo(ErrorCode.OBJECT_FROZEN);
    assertThat(fault.nextStep()).contains("--thaw");
  }

  @Test
  void noCredentialsAreToldApart() {
    FoundCredentials none =
        new FoundCredentials(
            () ->
                () -> {
                  throw SdkClientException.create("Unable to load credentials from any provider");
                });
    S3Faults faults = new S3Faults("bucket", "server");
    StoreException fault =
        fault(
            () -> {
              try {
                none.resolveCredentials();
              } catch (RuntimeException e) {
                throw faults.of("list", "s3:ListBucket", SdkClientException.create("wrapped", e));
              }
            });
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_CREDENTIALS);
    assertThat(fault.what()).contains("no credentials were found");
    assertThat(fault.nextStep()).contains("AWS_ACCESS_KEY_ID").contains("AWS_PROFILE");
  }

  @Test
  void faultsOfTheNetworkPassButDistrustDoesNot() {
    S3Faults faults = new S3Faults("bucket", "https://server");
    StoreException refused =
        faults.of("list", "", SdkClientException.create("x", new ConnectException("refused")));
    assertThat(refused.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(refused.transientFault()).isTrue();
    assertThat(refused.what()).contains("https://server").contains("refused");
    StoreException distrusted =
        faults.of(
            "list",
            "",
            SdkClientException.create(
                "x",
                new SSLHandshakeException("PKIX path building failed: unable to find valid cert")));
    assertThat(distrusted.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(distrusted.transientFault()).isFalse();
    assertThatThrownBy(() -> faults.of("list", "", new IllegalStateException("ours")))
        .isInstanceOf(IllegalStateException.class);
  }

  // --- creations

  @Test
  void creationsAreConditional() {
    Store store = store(Answer.of(200, ""));
    assertThat(store.create(KEY, new byte[10])).isEqualTo(CreateOutcome.CREATED);
    try (Upload upload = store.upload(KEY)) {
      upload.part(ByteBuffer.allocate(10));
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(http.requests())
        .containsExactly("PUT s3.test /bucket/some/key", "PUT s3.test /bucket/some/key");
    assertThat(http.header("If-None-Match")).containsExactly("*", "*");
  }

  @Test
  void completionIsConditional() {
    Store store = store(this::multipart);
    try (Upload upload = store.upload(KEY)) {
      upload.part(ByteBuffer.allocate(PART));
      upload.part(ByteBuffer.allocate(1));
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(http.requests())
        .containsExactly(
            "POST s3.test /bucket/some/key?uploads",
            "PUT s3.test /bucket/some/key?partNumber=1&uploadId=U1",
            "PUT s3.test /bucket/some/key?partNumber=2&uploadId=U1",
            "POST s3.test /bucket/some/key?uploadId=U1");
    assertThat(http.header("If-None-Match")).containsExactly("-", "-", "-", "*");
  }

  private Answer multipart(SdkHttpRequest request) {
    String query = request.encodedQueryParameters().orElse("");
    if (query.equals("uploads")) {
      return Answer.of(
          200,
          "<InitiateMultipartUploadResult><UploadId>U1</UploadId>"
              + "</InitiateMultipartUploadResult>");
    }
    if (request.method() == SdkHttpMethod.POST) {
      return Answer.of(200, "<CompleteMultipartUploadResult/>");
    }
    return Answer.of(200, "").with("ETag", "\"e\"");
  }

  private Function<SdkHttpRequest, Answer> completionAnswers(Answer completion, Answer head) {
    return request -> {
      String query = request.encodedQueryParameters().orElse("");
      if (request.method() == SdkHttpMethod.POST && query.startsWith("uploadId")) {
        return completion;
      }
      return request.method() == SdkHttpMethod.HEAD ? head : multipart(request);
    };
  }

  private CreateOutcome uploadTwoParts(Store store) {
    try (Upload upload = store.upload(KEY)) {
      upload.part(ByteBuffer.allocate(PART));
      upload.part(ByteBuffer.allocate(1));
      return upload.commit();
    }
  }

  @Test
  void failedPartKeepsItsNumber() {
    int[] puts = {0};
    Store once =
        store(
            request ->
                request.method() == SdkHttpMethod.PUT && puts[0]++ % 2 == 0
                    ? Answer.error(500, "InternalError")
                    : multipart(request));
    Store retrying = RetryingStore.of(once, TWICE, RetryListener.silent());
    assertThat(uploadTwoParts(retrying)).isEqualTo(CreateOutcome.CREATED);
    assertThat(http.requests()).hasSize(6);
    assertThat(http.requests().subList(1, 5))
        .containsExactly(
            "PUT s3.test /bucket/some/key?partNumber=1&uploadId=U1",
            "PUT s3.test /bucket/some/key?partNumber=1&uploadId=U1",
            "PUT s3.test /bucket/some/key?partNumber=2&uploadId=U1",
            "PUT s3.test /bucket/some/key?partNumber=2&uploadId=U1");
  }

  @Test
  void lostCompletionIsAborted() {
    Store store =
        store(completionAnswers(Answer.error(412, "PreconditionFailed"), Answer.of(404, "")));
    assertThat(uploadTwoParts(store)).isEqualTo(CreateOutcome.EXISTS);
    assertThat(http.requests()).last().isEqualTo("DELETE s3.test /bucket/some/key?uploadId=U1");
  }

  @Test
  void completedTwiceFindsItsObject() {
    Answer there =
        new Answer(200, Map.of("Last-Modified", "Tue, 07 Apr 2026 12:00:00 GMT"), "x", false);
    Store store = store(completionAnswers(Answer.error(404, "NoSuchUpload"), there));
    assertThat(uploadTwoParts(store)).isEqualTo(CreateOutcome.EXISTS);
  }

  @Test
  void vanishedUploadIsNotCreated() {
    Function<SdkHttpRequest, Answer> answers =
        completionAnswers(Answer.error(404, "NoSuchUpload"), Answer.of(404, ""));
    Store store = store(request -> isListing(request) ? listing(false) : answers.apply(request));
    StoreException fault = fault(() -> uploadTwoParts(store));
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_CONFLICT);
    assertThat(fault.nextStep()).contains("AbortIncompleteMultipartUpload");
  }

  @Test
  void errorInsideAnAnswerOf200IsNoSuccess() {
    Store store =
        store(
            completionAnswers(
                Answer.of(
                    200,
                    "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code>"
                        + "<Message>late</Message></Error>"),
                Answer.of(404, "")));
    StoreException fault = fault(() -> uploadTwoParts(store));
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    assertThat(fault.transientFault()).isTrue();
  }

  @Test
  void serverThatOverwritesIsFoundByTheProbe() {
    Store ignoresAll = store(Answer.of(200, ""));
    assertThat(fault(ignoresAll::probe).code()).isEqualTo(ErrorCode.STORE_CONFLICT);
  }

  @Test
  void serverThatOverwritesByPartsOnlyIsFoundByTheProbe() {
    int[] puts = {0};
    Store store =
        store(
            request -> {
              String query = request.encodedQueryParameters().orElse("");
              return switch (request.method()) {
                case HEAD -> Answer.of(404, "");
                case GET ->
                    isListing(request) ? listing(request) : Answer.of(206, "\u0001\u0002\u0003");
                case PUT ->
                    query.isEmpty() && puts[0]++ % 3 > 0
                        ? Answer.error(412, "PreconditionFailed")
                        : multipart(request);
                default -> multipart(request);
              };
            });
    StoreException fault = fault(store::probe);
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_CONFLICT);
    assertThat(fault.what()).contains("an upload by parts");
    assertThat(http.requests()).last().asString().startsWith("DELETE");
  }

  // --- reading and listing

  @Test
  void brokenBodyIsAPassingFaultAndIsResumed() throws IOException {
    String body = "0123456789";
    Store once =
        store(
            request -> {
              int from =
                  request
                      .firstMatchingHeader("Range")
                      .map(range -> Integer.parseInt(range.replaceAll("\\D", "")))
                      .orElse(0);
              int to = from == 9 ? 10 : from + 3;
              Answer part =
                  Answer.of(from == 0 ? 200 : 206, body.substring(from, to))
                      .with("Content-Range", "bytes " + from + "-9/10");
              return from == 9 ? part : part.broken();
            });
    assertThat(fault(() -> once.read(KEY, 0).readAllBytes()).transientFault()).isTrue();
    Store retrying = RetryingStore.of(once, TWICE, RetryListener.silent());
    try (InputStream in = retrying.read(KEY, 0)) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(body);
    }
  }

  @Test
  void wholeObjectInPlaceOfARangeIsRefused() {
    Store store = store(Answer.of(200, "0123456789"));
    assertThat(fault(() -> store.read(KEY, 3)).what()).contains("ranges");
    assertThat(fault(() -> store.read(KEY, 3, 2)).what()).contains("ranges");
    assertThat(store.read(KEY, 0, 2)).isEqualTo("01".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shortBodyIsNoEnd() {
    Store store = store(Answer.of(200, "0123").with("Content-Length", "10"));
    assertThat(fault(() -> store.read(KEY, 0).readAllBytes()).transientFault()).isTrue();
    assertThat(fault(() -> store.read(KEY, 0, 10)).transientFault()).isTrue();
  }

  @Test
  void otherProgramsObjectsAreSkippedAndDoNotEndAListing() {
    Store store =
        store(
            request ->
                request.encodedQueryParameters().orElse("").contains("continuation-token=T1")
                    ? listing(false, "p/good/1", "p/.hidden", "p/good/2")
                    : listing(true, "p/", "p/folder/", "p/with space"));
    Store below = storeBelow(store);
    ListPage page = below.list("", "", 3);
    assertThat(page.objects().stream().map(info -> info.key().value()))
        .containsExactly("good/1", "good/2");
    assertThat(page.more()).isFalse();
    assertThat(http.requests()).hasSize(2);
  }

  private Store storeBelow(Store unused) {
    AnsweringHttpClient same = http;
    StoreAddress.Bucket bucket =
        (StoreAddress.Bucket) StoreAddress.parse("s3://bucket/p?endpoint=http://s3.test");
    StoreOptions options =
        StoreOptions.none().withCredentials(new S3Credentials("id", "secret", Optional.empty()));
    return new S3Store(
        bucket, new S3Connection(bucket, options, () -> same, Duration.ofSeconds(60)));
  }

  private static boolean isListing(SdkHttpRequest request) {
    return request.encodedQueryParameters().orElse("").contains("list-type=2");
  }

  /** The one key asked for. */
  private static Answer listing(SdkHttpRequest request) {
    String prefix = request.firstMatchingRawQueryParameter("prefix").orElse("");
    return prefix.isEmpty() ? listing(false) : listing(false, prefix);
  }

  private static Answer listing(boolean more, String... keys) {
    StringBuilder contents = new StringBuilder();
    Arrays.stream(keys)
        .forEach(
            key ->
                contents
                    .append("<Contents><Key>")
                    .append(key)
                    .append("</Key><Size>1</Size>")
                    .append("<LastModified>2026-04-07T12:00:00Z</LastModified></Contents>"));
    return Answer.of(
        200,
        "<ListBucketResult><IsTruncated>"
            + more
            + "</IsTruncated>"
            + (more ? "<NextContinuationToken>T1</NextContinuationToken>" : "")
            + contents
            + "</ListBucketResult>");
  }

  // --- addresses

  @Test
  void regionIsAskedFromS3() {
    Store store =
        store(
            "s3://bucket?region=us-east-1",
            request ->
                request.host().contains("eu-central-1")
                    ? Answer.of(200, "")
                    : Answer.error(301, "PermanentRedirect")
                        .with("x-amz-bucket-region", "eu-central-1"));
    assertThat(store.create(KEY, new byte[1])).isEqualTo(CreateOutcome.CREATED);
    assertThat(store.create(KEY, new byte[1])).isEqualTo(CreateOutcome.CREATED);
    assertThat(http.requests().getFirst()).contains("us-east-1");
    assertThat(http.requests().getLast()).contains("bucket.s3.eu-central-1.amazonaws.com");
    assertThat(http.requests().stream().filter(request -> request.contains("us-east-1")))
        .as("asked once")
        .hasSize(1);
  }

  @Test
  void endpointIsTakenAsItIs() {
    Store store =
        store(
            "s3://bucket/pre/fix?endpoint=http://s3.test:9000&path-style=false",
            _ -> Answer.of(200, ""));
    store.create(KEY, new byte[1]);
    assertThat(http.requests()).containsExactly("PUT bucket.s3.test /pre/fix/some/key");
  }
}
