package io.mockupaws.store.kms;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.store.FoundCredentials;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What an answer of AWS KMS, or the lack of one, means to the operator. The names are those of the
 * KMS API Reference, "Common Errors" and the errors of each action.
 */
final class KmsFaults {
  private static final Set<String> WRONG_CREDENTIALS =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "SignatureDoesNotMatch",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "ExpiredTokenException",
          "RequestExpired",
          "OptInRequired",
          "NotAuthorized");

  private static final Set<String> UNUSABLE =
      Set.of("DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException");

  private final String server;

  KmsFaults(String server) {
    this.server = server;
  }

  /**
   * @param permission that the question needs, for example {@code kms:Decrypt}
   */
  Failure of(String key, String permission, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FoundCredentials.NotFound) {
        return credentials(key, "no credentials were found", e);
      }
    }
    if (e instanceof AwsServiceException answer) {
      return answered(key, permission, answer);
    }
    if (e instanceof SdkException || e instanceof CancellationException) {
      return unreachable(key, "does not answer (" + e.getClass().getSimpleName() + ")", e);
    }
    throw e;
  }

  private Failure answered(String key, String permission, AwsServiceException e) {
    Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
    String code = details.map(AwsErrorDetails::errorCode).orElse("");
    String said =
        e.statusCode()
            + (code.isEmpty() ? "" : " " + code)
            + details
                .map(AwsErrorDetails::errorMessage)
                .filter(text -> !text.isBlank())
                .map(text -> " (" + text.strip() + ")")
                .orElse("");
    if (WRONG_CREDENTIALS.contains(code)) {
      return credentials(key, server + " answered " + said, e);
    }
    if (code.equals("NotFoundException") || code.equals("InvalidArnException")) {
      return new Failure(
          ErrorCode.KMS_NO_KEY,
          server + " has no key " + key,
          "check BACKUP_KMS_KEY or --kms-key, and the region: name the key by its ARN",
          e);
    }
    if (UNUSABLE.contains(code)) {
      return unusable(key, "the KMS answered " + said, e);
    }
    if (code.equals("AccessDeniedException") || e.statusCode() == 403) {
      return new Failure(
          ErrorCode.KMS_DENIED,
          server + " refuses the use of the key " + key + ": " + said,
          "let the role have "
              + permission
              + " on the key, in its policy and in the key's policy (grants also do)",
          e);
    }
    return unreachable(key, "answered " + said, e);
  }

  Failure unusable(String key, String why) {
    return unusable(key, why, null);
  }

  private static Failure unusable(String key, String why, @Nullable Throwable e) {
    return new Failure(
        ErrorCode.KMS_KEY_UNUSABLE,
        "the KMS key " + key + " cannot be used: " + why,
        "enable it (aws kms enable-key), or cancel its deletion (aws kms cancel-key-deletion):"
            + " without it only other keys of the repository open it",
        e);
  }

  private Failure unreachable(String key, String why, RuntimeException e) {
    return new Failure(
        ErrorCode.KMS_UNREACHABLE,
        "the key " + key + " could not be used: " + server + " " + why,
        "look at the network and at AWS_ENDPOINT_URL_KMS, then run it again: nothing was changed",
        e);
  }

  private static Failure credentials(String key, String why, RuntimeException e) {
    return new Failure(
        ErrorCode.KMS_CREDENTIALS,
        "the KMS key " + key + " could not be used: " + why,
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where they are"
            + " temporary), AWS_PROFILE, or give the host a role; renew them when they expired",
        e);
  }
}
