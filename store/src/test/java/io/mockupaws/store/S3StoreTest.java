package io.mockupaws.store;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class S3StoreTest extends StoreContract {
  private static final String PREFIX = "some/prefix/";

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

  private String bucket = "";

  @Override
  public int raceRounds() {
    return 4;
  }

  @Override
  public void fill(List<String> names) {
    server.fill(bucket, names.stream().map(name -> PREFIX + name).toList());
  }

  /** The server's folders race under its objects: it answers 500 and asks for another try. */
  @Override
  public Store underUse() {
    return RetryingStore.of(store(), RetryPolicy.patient(), RetryListener.silent());
  }

  @Override
  protected Store open() {
    bucket = "bucket-" + ++buckets;
    server.bucket(bucket);
    return Stores.openOnce(
        StoreAddress.parse("s3://" + bucket + "/" + PREFIX + "?part-size=5MiB"), server.options());
  }
}
