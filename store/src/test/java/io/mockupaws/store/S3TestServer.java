package io.mockupaws.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/** A real S3 server over a directory, on a free loopback port, that checks signatures. */
final class S3TestServer implements AutoCloseable {
  static final S3Credentials CREDENTIALS =
      new S3Credentials("test-access-key", "test-secret-key", Optional.empty());

  private final S3Proxy proxy;
  private final Path directory;

  S3TestServer(Path directory) {
    this.directory = directory;
    Properties settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", directory.toString());
    proxy =
        S3Proxy.builder()
            .blobStore(BlobStores.create("filesystem", settings))
            .awsAuthentication(
                AuthenticationType.AWS_V4, CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .stopTimeout(0)
            .build();
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server did not start", e);
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  StoreOptions options() {
    return StoreOptions.none().withEndpoint(endpoint()).withCredentials(CREDENTIALS);
  }

  /** Makes an empty bucket. */
  void bucket(String name) {
    try {
      Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server did not stop", e);
    }
  }
}
