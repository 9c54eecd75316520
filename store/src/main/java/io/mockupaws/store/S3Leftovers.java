package io.mockupaws.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** The unfinished multipart uploads of a bucket: not listed with its objects, but paid for. */
final class S3Leftovers {
  private final S3Connection connection;
  private final S3Faults faults;
  private final StoreAddress.Bucket address;

  S3Leftovers(S3Connection connection, S3Faults faults, StoreAddress.Bucket address) {
    this.connection = connection;
    this.faults = faults;
    this.address = address;
  }

  /**
   * Aborts those that began before a moment.
   *
   * @return how many
   */
  int remove(Instant before) {
    int removed = 0;
    String key = null;
    String upload = null;
    try {
      for (; ; ) {
        ListMultipartUploadsResponse page = page(key, upload);
        for (MultipartUpload leftover : page.uploads()) {
          removed += leftover.initiated().isBefore(before) && abort(leftover) ? 1 : 0;
        }
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return removed;
        }
        key = page.nextKeyMarker();
        upload = page.nextUploadIdMarker();
      }
    } catch (RuntimeException e) {
      throw faults.of(
          "clean up unfinished uploads",
          "s3:ListBucketMultipartUploads and s3:AbortMultipartUpload",
          e);
    }
  }

  private ListMultipartUploadsResponse page(@Nullable String key, @Nullable String upload) {
    return connection
        .client()
        .listMultipartUploads(
            request ->
                request
                    .overrideConfiguration(connection.limit(0))
                    .bucket(address.bucket())
                    .prefix(address.prefix())
                    .keyMarker(key)
                    .uploadIdMarker(upload));
  }

  private boolean abort(MultipartUpload upload) {
    try {
      connection
          .client()
          .abortMultipartUpload(
              request ->
                  request
                      .overrideConfiguration(connection.limit(0))
                      .bucket(address.bucket())
                      .key(upload.key())
                      .uploadId(upload.uploadId()));
      return true;
    } catch (NoSuchUploadException e) {
      // It ended meanwhile.
      return false;
    }
  }
}
