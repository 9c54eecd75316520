package io.mockupaws.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class S3StoreTest extends StoreContract {
  @TempDir private static Path folder;
  private static S3TestServer server;
  private static int buckets;

  @BeforeAll
  static void start() {
    server = new S3TestServer(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Store open() {
    String bucket = "bucket-" + ++buckets;
    server.bucket(bucket);
    return Stores.openOnce(
        StoreAddress.parse("s3://" + bucket + "/some/prefix?part-size=5MiB"), server.options());
  }
}
