package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an answer of S3, or the lack of one, means to the operator. */
final class S3Faults {
  private static final Set<String> WRONG_CREDENTIALS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidToken",
          "TokenRefreshRequired",
          "InvalidSecurity",
          "MissingSecurityHeader",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "NotSignedUp",
          "AccountProblem");

  private static final Set<String> FULL =
      Set.of(
          "QuotaExceeded",
          "InsufficientStorage",
          "InsufficientCapacity",
          "StorageFull",
          "XMinioStorageFull",
          "XMinioAdminBucketQuotaExceeded",
          "ServiceQuotaExceededException");

  /** 4xx in form, but of one request and its way, not of what was asked. */
  private static final Set<String> PASSING =
      Set.of(
          "RequestTimeout",
          "RequestTimeoutException",
          "IncompleteBody",
          "BadDigest",
          "XAmzContentSHA256Mismatch",
          "XAmzContentChecksumMismatch",
          "OperationAborted",
          // In the body of an answer that began with 200.
          "InternalError",
          "ServiceUnavailable",
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "TooManyRequests",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded");

  private final String bucket;
  private final String server;

  S3Faults(String bucket, String server) {
    this.bucket = bucket;
    this.server = server;
  }

  /**
   * @param doing for the message, for example "write wal/00000001"
   * @param permission that the operation needs, for example {@code s3:PutObject}
   */
  StoreException of(String doing, String permission, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException known) {
        return known;
      }
      if (cause instanceof FoundCredentials.NotFound notFound) {
        return credentials(doing, "no credentials were found: " + firstLine(notFound), e);
      }
    }
    if (e instanceof AwsServiceException answer) {
      return answered(doing, permission, answer);
    }
    // The HTTP client lets the second through when a request is given up for its time.
    if (e instanceof SdkException || e instanceof CancellationException) {
      return unreachable(doing, e);
    }
    throw e;
  }

  /** A stream that broke while it was read. */
  StoreException broken(String doing, IOException e) {
    return unreachable(doing, e);
  }

  private StoreException answered(String doing, String permission, AwsServiceException e) {
    String code = code(e);
    int status = e.statusCode();
    if (WRONG_CREDENTIALS.contains(code)) {
      return credentials(doing, said(e), e);
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return fault(
          ErrorCode.STORE_CREDENTIALS,
          "Could not " + doing + ": the clock of this host differs from that of " + server,
          "Set the clock, for example with chrony or systemd-timesyncd.",
          false,
          e);
    }
    if (code.equals("NoSuchBucket")) {
      return noBucket(e);
    }
    if (code.equals("PermanentRedirect") || code.equals("AuthorizationHeaderMalformed")) {
      return elsewhere(doing, e);
    }
    if (FULL.contains(code) || status == 507) {
      return fault(
          ErrorCode.STORE_FULL,
          "Could not " + doing + ": the bucket " + bucket + " is full or its quota is used up",
          "Free space there or raise the quota; cleanup --dry-run shows what retention would"
              + " remove.",
          false,
          e);
    }
    if (code.equals("ConditionalRequestConflict")) {
      return fault(
          ErrorCode.STORE_CONFLICT,
          "Could not " + doing + ": another request changed the same object at the same time",
          "Run the command again.",
          true,
          e);
    }
    boolean passing = PASSING.contains(code) || status == 429 || (status >= 500 && status != 501);
    if (!passing && (status == 401 || status == 403)) {
      return denied(doing, permission, e);
    }
    return fault(
        ErrorCode.STORE_UNREACHABLE,
        "Could not " + doing + ": " + server + " answered " + said(e),
        passing
            ? "Run the command again; when it stays, look at the state of the S3 service."
            : "Check the address and its options endpoint, path-style, region and checksums.",
        passing,
        e);
  }

  StoreException noBucket(Throwable cause) {
    return fault(
        ErrorCode.STORE_NO_BUCKET,
        "There is no bucket " + bucket + " at " + server,
        "Correct the address, or make the bucket: aws s3 mb s3://" + bucket,
        false,
        cause);
  }

  StoreException noConditionalWrites(Throwable cause) {
    return fault(
        ErrorCode.STORE_CONFLICT,
        server + " cannot create objects only when they are absent (If-None-Match: *)",
        "Use an S3 server that can, or a newer version of this one.",
        false,
        cause);
  }

  StoreException noRanges() {
    return fault(
        ErrorCode.STORE_UNREACHABLE,
        server + " does not give ranges of objects",
        "Use an S3 server, or a proxy in front of it, that honours Range.",
        false,
        null);
  }

  private StoreException credentials(String doing, String why, Throwable cause) {
    return fault(
        ErrorCode.STORE_CREDENTIALS,
        "Could not " + doing + " in the bucket " + bucket + ": " + why,
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where they are"
            + " temporary), AWS_PROFILE, or give the host a role; renew them when they expired.",
        false,
        cause);
  }

  private StoreException denied(String doing, String permission, AwsServiceException e) {
    if (code(e).equals("InvalidObjectState")) {
      return fault(
          ErrorCode.OBJECT_FROZEN,
          "Could not " + doing + ": the object lies in a frozen class of storage",
          "Have it thawed: mockupaws restore --thaw, or aws s3api restore-object.",
          false,
          e);
    }
    return fault(
        ErrorCode.STORE_DENIED,
        "Not allowed to " + doing + " in the bucket " + bucket + ": " + said(e),
        "Grant " + permission + " on it to the credentials in use.",
        false,
        e);
  }

  private StoreException elsewhere(String doing, AwsServiceException e) {
    String region =
        Optional.ofNullable(e.awsErrorDetails())
            .map(AwsErrorDetails::sdkHttpResponse)
            .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
            .map(name -> "; it is in " + name)
            .orElse("");
    return fault(
        ErrorCode.BAD_ADDRESS,
        "Could not " + doing + ": the bucket " + bucket + " is not in the region asked" + region,
        "Give the region in the address: s3://" + bucket + "?region=…",
        false,
        e);
  }

  private StoreException unreachable(String doing, Throwable e) {
    Throwable root = e;
    boolean distrusted = false;
    while (root.getCause() != null) {
      root = root.getCause();
      distrusted |= root instanceof java.security.cert.CertificateException;
    }
    distrusted |=
        root instanceof SSLException && String.valueOf(root.getMessage()).contains("cert");
    return fault(
        ErrorCode.STORE_UNREACHABLE,
        "Could not " + doing + ": " + server + " is out of reach: " + firstLine(root),
        distrusted
            ? "Check the endpoint, or trust its certificate in the JDK's trust store."
            : "Check the network and the endpoint (AWS_ENDPOINT_URL_S3 or endpoint= in the"
                + " address).",
        !distrusted,
        e);
  }

  private StoreException fault(
      ErrorCode code, String what, String nextStep, boolean passing, @Nullable Throwable cause) {
    return new StoreException(code, what, nextStep, passing, cause);
  }

  /** The error's code; for an answer without a body nothing but the status is known. */
  static String code(AwsServiceException e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .map(AwsErrorDetails::errorCode)
        .orElse(String.valueOf(e.statusCode()));
  }

  static String said(AwsServiceException e) {
    String message =
        Optional.ofNullable(e.awsErrorDetails())
            .map(AwsErrorDetails::errorMessage)
            .filter(text -> !text.isBlank())
            .map(text -> " (" + text.strip() + ")")
            .orElse("");
    String code = code(e);
    String status = String.valueOf(e.statusCode());
    return code.equals(status) ? status : status + ' ' + code + message;
  }

  private static String firstLine(Throwable e) {
    String kind = e.getClass().getSimpleName();
    String message = e.getMessage();
    return message == null ? kind : kind + ": " + message.lines().findFirst().orElse("");
  }
}
