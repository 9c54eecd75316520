package io.mockupaws.demo.s3;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server in this process, on 127.0.0.1 and a free port, that keeps its objects as files. It
 * checks signatures against keys made at random. What it has written stays when it is closed.
 */
public final class EmbeddedS3 implements AutoCloseable {

  /** The only region it knows. */
  public static final String REGION = "us-east-1";

  /** Held so that the levels set here are not collected with the loggers. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.gaul"), Logger.getLogger("org.eclipse.jetty"));

  private final Path directory;
  private final BlobStore files;
  private final S3Proxy server;
  private final String accessKey;
  private final String secretKey;
  private final URI endpoint;

  private EmbeddedS3(
      Path directory, BlobStore files, S3Proxy server, String accessKey, String secretKey) {
    this.directory = directory;
    this.files = files;
    this.server = server;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.endpoint = URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** Starts a server whose buckets are the folders of an existing directory. */
  public static EmbeddedS3 start(Path directory) {
    QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    return start(directory, 0, "AK" + random(12), random(30));
  }

  /** The same server once more, after it was closed: at its address, with its keys. */
  public EmbeddedS3 again() {
    return start(directory, endpoint.getPort(), accessKey, secretKey);
  }

  private static EmbeddedS3 start(Path directory, int port, String accessKey, String secretKey) {
    BlobStore files = new FilesystemNio2BlobStore(directory.toString());
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(files)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server does not start: " + e.getMessage(), e);
    }
    return new EmbeddedS3(directory, files, server, accessKey, secretKey);
  }

  /** Makes a bucket; nothing happens when it is there. */
  public void createBucket(String name) {
    if (!files.containerExists(name)) {
      files.createContainer(name);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  public String accessKey() {
    return accessKey;
  }

  public String secretKey() {
    return secretKey;
  }

  /** What a client that follows the AWS SDK's variables needs, secret included. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_S3", endpoint().toString(),
        "AWS_REGION", REGION,
        "AWS_ACCESS_KEY_ID", accessKey,
        "AWS_SECRET_ACCESS_KEY", secretKey);
  }

  @Override
  public void close() {
    try {
      server.stop();
      files.close();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server does not stop: " + e.getMessage(), e);
    }
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
