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

  private final BlobStore files;
  private final S3Proxy server;
  private final String accessKey;
  private final String secretKey;

  private EmbeddedS3(BlobStore files, S3Proxy server, String accessKey, String secretKey) {
    this.files = files;
    this.server = server;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  /** Starts a server whose buckets are the folders of an existing directory. */
  public static EmbeddedS3 start(Path directory) {
    QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    String accessKey = "AK" + random(12);
    String secretKey = random(30);
    BlobStore files = new FilesystemNio2BlobStore(directory.toString());
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(files)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server does not start: " + e.getMessage(), e);
    }
    return new EmbeddedS3(files, server, accessKey, secretKey);
  }

  /** Makes a bucket; nothing happens when it is there. */
  public void createBucket(String name) {
    if (!files.containerExists(name)) {
      files.createContainer(name);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
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
