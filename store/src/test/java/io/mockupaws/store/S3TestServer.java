package io.mockupaws.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A real S3 server over a directory, on a free loopback port, that checks signatures and refuses
 * the permissions it is told to.
 */
final class S3TestServer implements AutoCloseable {
  static final S3Credentials CREDENTIALS =
      new S3Credentials("test-access-key", "test-secret-key", Optional.empty());

  private final S3Proxy proxy;
  private final Path directory;
  private final Guard guard;

  S3TestServer(Path directory) {
    this.directory = directory;
    Properties settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", directory.toString());
    guard = new Guard(BlobStores.create("filesystem", settings));
    proxy =
        S3Proxy.builder()
            .blobStore(guard)
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

  /** Makes objects of one byte without a request for each. */
  void fill(String bucket, List<String> names) {
    try {
      for (String name : names) {
        Path file = files(bucket).resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1});
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where a bucket's objects lie as files. */
  Path files(String bucket) {
    return directory.resolve(bucket);
  }

  /** From now on answers requests that need one of these permissions with 403. */
  void deny(String... permissions) {
    guard.fault = "AccessDenied";
    guard.status = 403;
    guard.denied.clear();
    guard.denied.addAll(Set.of(permissions));
  }

  /** From now on answers requests that need one of these permissions with an error. */
  void answer(int status, String code, String... permissions) {
    deny(permissions);
    guard.fault = code;
    guard.status = status;
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server did not stop", e);
    }
  }

  private static final class Guard extends ForwardingBlobStore {
    private final Set<String> denied = ConcurrentHashMap.newKeySet();
    private volatile String fault = "";
    private volatile int status;

    Guard(BlobStore store) {
      super(store);
    }

    private void demand(String permission) {
      if (denied.contains(permission)) {
        AwsServiceException refusal =
            S3Exception.builder()
                .message(fault)
                .statusCode(status)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode(fault).errorMessage("told to").build())
                .build();
        throw refusal;
      }
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
      demand("s3:PutObject");
      return super.putBlob(request, payload);
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
      demand("s3:PutObject");
      return super.initiateMultipartUpload(request);
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
      demand("s3:AbortMultipartUpload");
      super.abortMultipartUpload(upload);
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
      demand("s3:GetObject");
      return super.getBlob(request);
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
      demand("s3:GetObject");
      return super.blobMetadata(request);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
      demand("s3:ListBucket");
      return super.list(request);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
      demand("s3:DeleteObject");
      return super.removeBlob(request);
    }
  }
}
