package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators get wrong, against a real server. */
final class S3FaultsTest {
  private static final ObjectKey KEY = ObjectKey.of("some/key");

  @TempDir private Path folder;
  private S3TestServer server;

  @BeforeEach
  void start() {
    server = new S3TestServer(folder);
    server.bucket("bucket");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Store open(String address, StoreOptions options) {
    return Stores.openOnce(StoreAddress.parse(address), options);
  }

  private Store open() {
    return open("s3://bucket/prefix?part-size=5MiB", server.options());
  }

  private static Map<String, ThrowingCallable> operations(Store store) {
    Map<String, ThrowingCallable> operations = new LinkedHashMap<>();
    operations.put("create", () -> store.create(KEY, new byte[10]));
    operations.put("small upload", () -> upload(store, 10));
    operations.put("upload", () -> upload(store, store.partSize()));
    operations.put("read", () -> store.read(KEY, 0, 1));
    operations.put("stream", () -> store.read(KEY, 0).close());
    operations.put("stat", () -> store.stat(KEY));
    operations.put("list", () -> store.list("", "", 1));
    operations.put("delete", () -> store.delete(KEY));
    operations.put("probe", store::probe);
    return operations;
  }

  private static void upload(Store store, int size) {
    try (Upload upload = store.upload(KEY)) {
      upload.part(ByteBuffer.allocate(size));
      upload.commit();
    }
  }

  private static void allFail(Store store, ErrorCode code, boolean passing) {
    allFail(operations(store), code, passing);
  }

  private static void allFail(
      Map<String, ThrowingCallable> operations, ErrorCode code, boolean passing) {
    operations.forEach(
        (name, operation) -> {
          StoreException fault = catchThrowableOfType(StoreException.class, operation);
          assertThat(fault).as(name).isNotNull();
          assertThat(fault.code()).as(name).isEqualTo(code);
          assertThat(fault.transientFault()).as(name).isEqualTo(passing);
          assertThat(fault.toString() + fault.nextStep())
              .doesNotContain(S3TestServer.CREDENTIALS.secretAccessKey())
              .doesNotContain("another-secret");
        });
  }

  @Test
  void wrongSecretIsToldFromEverythingElse() {
    S3Credentials wrong =
        new S3Credentials(
            S3TestServer.CREDENTIALS.accessKeyId(), "another-secret", Optional.empty());
    try (Store store = open("s3://bucket", server.options().withCredentials(wrong))) {
      allFail(store, ErrorCode.STORE_CREDENTIALS, false);
    }
  }

  @Test
  void unknownAccessKeyIsToldFromEverythingElse() {
    S3Credentials wrong = new S3Credentials("nobody", "another-secret", Optional.empty());
    try (Store store = open("s3://bucket", server.options().withCredentials(wrong))) {
      allFail(store, ErrorCode.STORE_CREDENTIALS, false);
    }
  }

  @Test
  void missingBucketIsToldFromEverythingElse() {
    try (Store store = open("s3://no-such-bucket", server.options())) {
      Map<String, ThrowingCallable> operations = operations(store);
      // This server answers 204 to a DELETE in a bucket that is not there; S3 does not.
      operations.remove("delete");
      allFail(operations, ErrorCode.STORE_NO_BUCKET, false);
    }
  }

  @Test
  void unreachableServerIsToldFromEverythingElse() throws IOException {
    // nobody listens at its port, and nobody else gets it
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI nobody = URI.create("http://127.0.0.1:" + bound.getLocalPort());
      StoreOptions options = server.options().withEndpoint(nobody);
      try (Store store = open("s3://bucket", options)) {
        allFail(store, ErrorCode.STORE_UNREACHABLE, true);
      }
      try (Store store = open("s3://bucket?endpoint=http://no-such-host.invalid", options)) {
        allFail(store, ErrorCode.STORE_UNREACHABLE, true);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:DeleteObject"})
  void deniedPermissionIsNamed(String permission) {
    Map<String, List<String>> needs =
        Map.of(
            "s3:PutObject", List.of("create", "small upload", "upload"),
            "s3:GetObject", List.of("read", "stream", "stat"),
            "s3:ListBucket", List.of("list"),
            "s3:DeleteObject", List.of("delete"));
    try (Store store = open()) {
      store.create(KEY, new byte[10]);
      store.create(ObjectKey.of("other"), new byte[10]);
      server.deny(permission);
      for (String name : needs.getOrDefault(permission, List.of())) {
        StoreException fault =
            catchThrowableOfType(StoreException.class, operations(store).get(name));
        assertThat(fault).as(name).isNotNull();
        assertThat(fault.code()).as(name).isEqualTo(ErrorCode.STORE_DENIED);
        assertThat(fault.nextStep()).as(name).contains(permission);
      }
      StoreException probe = catchThrowableOfType(StoreException.class, store::probe);
      assertThat(probe.code()).isEqualTo(ErrorCode.STORE_DENIED);
    }
  }

  @Test
  void fullBucketIsToldAndNothingIsLeft() throws IOException {
    try (Store store = open()) {
      server.answer(403, "QuotaExceeded", "s3:PutObject");
      StoreException fault =
          catchThrowableOfType(StoreException.class, () -> store.create(KEY, new byte[10]));
      assertThat(fault.code()).isEqualTo(ErrorCode.STORE_FULL);
      assertThat(store.list("", "", 1).objects()).isEmpty();
    }
  }

  @Test
  void busyServerIsWaitedOut() {
    try (Store store = Stores.open(StoreAddress.parse("s3://bucket"), server.options())) {
      server.answer(503, "SlowDown", "s3:PutObject");
      StoreOptions telling =
          server.options().withWaiting((_, _, _, _) -> server.answer(200, "", "none"));
      try (Store waiting = Stores.open(StoreAddress.parse("s3://bucket"), telling)) {
        assertThat(waiting.create(KEY, new byte[10])).isEqualTo(CreateOutcome.CREATED);
      }
      assertThat(store.stat(KEY)).isPresent();
    }
  }

  /** Temporary parts and markers of uploads are gone from the bucket, not only hidden. */
  @Test
  void nothingIsLeftInTheBucketByAbortedAndLostUploads() throws IOException {
    try (Store store = open()) {
      store.create(KEY, new byte[10]);
      for (int size : new int[] {10, store.partSize()}) {
        upload(store, size);
        try (Upload upload = store.upload(ObjectKey.of("aborted"))) {
          upload.part(ByteBuffer.allocate(size));
        }
      }
      assertThat(files("bucket")).containsExactly("prefix/some/key");
    }
  }

  private List<String> files(String bucket) throws IOException {
    Path root = server.files(bucket);
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"when-required", "when-supported"})
  void worksInBothModesOfChecksums(String mode) throws IOException {
    try (Store store = open("s3://bucket?part-size=5MiB&checksums=" + mode, server.options())) {
      byte[] content = new byte[2 * store.partSize() + 77];
      new Random(1).nextBytes(content);
      try (Upload upload = store.upload(KEY)) {
        for (int at = 0; at < content.length; at += store.partSize()) {
          int length = Math.min(store.partSize(), content.length - at);
          upload.part(ByteBuffer.wrap(content, at, length));
        }
        assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
      }
      assertThat(store.read(KEY, 0).readAllBytes()).isEqualTo(content);
      assertThat(store.read(KEY, content.length - 5, 10))
          .isEqualTo(Arrays.copyOfRange(content, content.length - 5, content.length));
      store.probe();
    }
  }

  @Test
  void prefixesOfOneBucketAreSeparateStores() {
    try (Store all = open("s3://bucket", server.options());
        Store one = open("s3://bucket/one", server.options());
        Store longer = open("s3://bucket/one-more", server.options())) {
      one.create(KEY, new byte[] {1});
      longer.create(KEY, new byte[] {2});
      assertThat(one.read(KEY, 0, 10)).containsExactly(1);
      assertThat(one.list("", "", 10).objects()).hasSize(1);
      assertThat(longer.list("some/", "some", 10).objects())
          .singleElement()
          .satisfies(info -> assertThat(info.key()).isEqualTo(KEY));
      assertThat(all.list("", "", 10).objects().stream().map(info -> info.key().value()))
          .containsExactly("one-more/some/key", "one/some/key");
    }
  }

  @Test
  void unusedStoreAsksNothing() {
    StoreOptions unreachable = server.options().withEndpoint(URI.create("http://192.0.2.1"));
    try (Store store = Stores.open(StoreAddress.parse("s3://bucket"), unreachable)) {
      assertThat(store.address()).isEqualTo("s3://bucket");
      assertThat(store.partSize()).isEqualTo(8 << 20);
    }
  }
}
