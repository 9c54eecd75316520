package io.mockupaws.store;

import static io.mockupaws.store.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The S3 store over a network that breaks its connections, and one that swallows them. */
final class S3NetworkTest {
  private static final RetryPolicy AT_ONCE =
      new RetryPolicy(200, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));

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

  @Test
  void cutConnectionsLoseAndDoubleNothing() throws IOException {
    try (CuttingProxy network = new CuttingProxy(server.endpoint(), 20260407, 60_000);
        Store store = open(network.endpoint())) {
      for (int i = 0; i < 40; i++) {
        ObjectKey key = ObjectKey.of("created/" + i);
        byte[] content = random(i * 1000, i);
        assertThat(store.create(key, content)).isEqualTo(CreateOutcome.CREATED);
        assertThat(store.create(key, random(500, -i))).isEqualTo(CreateOutcome.EXISTS);
        assertThat(store.read(key, 0, 100_000)).isEqualTo(content);
        try (InputStream in = store.read(key, i)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, i, content.length));
        }
      }
      assertThat(store.list("created/", "", 1000).objects()).hasSize(40);
      assertThat(network.cuts()).isGreaterThan(40);
    }
  }

  @Test
  void cutConnectionsDoNotHarmUploadsByParts() throws IOException {
    // Cuts up to three parts away: most requests pass, few uploads as a whole.
    try (CuttingProxy network = new CuttingProxy(server.endpoint(), 20260408, 16 << 20);
        Store store = open(network.endpoint())) {
      for (int i = 0; i < 3; i++) {
        ObjectKey key = ObjectKey.of("uploaded/" + i);
        byte[] content = random(2 * store.partSize() + 1000 * i, i);
        assertThat(upload(store, key, content)).isEqualTo(CreateOutcome.CREATED);
        assertThat(upload(store, key, random(store.partSize(), -i)))
            .isEqualTo(CreateOutcome.EXISTS);
        try (InputStream in = store.read(key, 0)) {
          assertThat(Arrays.equals(in.readAllBytes(), content)).isTrue();
        }
      }
      assertThat(network.cuts()).isGreaterThan(3);
    }
  }

  private Store open(URI endpoint) {
    return RetryingStore.of(
        Stores.openOnce(
            StoreAddress.parse("s3://bucket?part-size=5MiB"),
            server.options().withEndpoint(endpoint)),
        AT_ONCE,
        RetryListener.silent(),
        new Random(1));
  }

  private static CreateOutcome upload(Store store, ObjectKey key, byte[] content) {
    try (Upload upload = store.upload(key)) {
      for (int at = 0; at < content.length; at += store.partSize()) {
        int length = Math.min(store.partSize(), content.length - at);
        upload.part(ByteBuffer.wrap(content, at, length));
      }
      return upload.commit();
    }
  }

  /** A peer that accepts and never answers, as one behind a dead router. */
  @Test
  void silentServerIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      StoreAddress.Bucket address =
          (StoreAddress.Bucket)
              StoreAddress.parse(
                  "s3://bucket?part-size=5MiB&endpoint=http://127.0.0.1:" + silent.getLocalPort());
      S3Connection connection =
          new S3Connection(address, server.options(), S3Connection::apache, Duration.ofMillis(300));
      ObjectKey key = ObjectKey.of("key");
      try (Store store = new S3Store(address, connection)) {
        for (Runnable call :
            new Runnable[] {
              () -> store.create(key, new byte[10]),
              () -> store.read(key, 0),
              () -> store.read(key, 0, 10),
              () -> store.stat(key),
              () -> store.list("", "", 1),
              () -> store.delete(key),
              () -> store.upload(key).part(ByteBuffer.allocate(5 << 20)),
            }) {
          StoreException fault = catchThrowableOfType(StoreException.class, call::run);
          assertThat(fault.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
          assertThat(fault.transientFault()).isTrue();
          assertThat(Thread.interrupted()).isFalse();
        }
      }
    }
  }
}
